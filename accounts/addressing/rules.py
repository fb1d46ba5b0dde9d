"""What the parts of an address may look like; the API's schemas and the paste parser go by the same."""

#: So many addresses a buyer may keep.
MOST_ADDRESSES = 20
LONGEST_RECEIVER = 20
LONGEST_PLACE = 50
LONGEST_TITLE = 20
LONGEST_EMAIL = 100
MOBILE = r"^1[3-9][0-9]{9}$"
#: Area code, number, extension: 010-12345678-801, 12345678, 400-123-4567.
TEL = r"^(?:(?:0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?|[48]00-?[0-9]{3}-?[0-9]{4})?$"
EMAIL = r"^(?:[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24})?$"
#: Names that only fill a level of the standard and stand on no envelope.
FILLERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
