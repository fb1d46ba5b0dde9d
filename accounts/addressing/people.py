"""Telling a person's name from a piece of an address, by surnames and by the words streets are made of."""

import re

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
    "韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文庞樊兰殷施陶洪翟安颜倪牛温芦季俞章鲁葛伍"
    "申尤毕聂焦齐柳邢岳骆耿关柴尚符祝纪路凌裴盛霍苗欧柏管詹项游鲍谷包曲费宁左植闵房蒲屈甘窦卜成车阮华喻简饶冉涂艾蒙封池单解阎肖萧"
)
COMPOUND = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "长孙",
    "端木",
    "南宫",
)
#: Words that stand in addresses and in no name.
_STREET = re.compile(
    r"\d|[路街道巷弄村镇乡栋幢座层楼室号院]|小区|花园|广场|大厦|公寓|单元|社区|学校|大学|中学|小学|医院|公司|工业|园区|快递|驿站|超市|酒店|菜鸟|门口|宿舍"
)
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{2,6}·[\u4e00-\u9fff]{2,8}")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z.'-]*(?: [A-Za-z.'-]+){0,3}")
_ADDRESS_END = re.compile(
    r"[号室楼层栋单元幢座户院店部处口]$|\d$|(?:小区|花园|大厦|广场|公寓|驿站|大学|医院|中心|超市|酒店)$"
)


def _has_surname(text: str) -> bool:
    return text[:1] in SURNAMES or text.startswith(COMPOUND)


def reads_as_name(text: str, *, strict: bool) -> bool:
    """Whether this could be a person; ``strict`` asks for a known surname or a name in Latin letters."""
    if _LATIN_NAME.fullmatch(text):
        return len(text) <= 20 and (len(text) > 1)
    if not _HAN_NAME.fullmatch(text):
        return False
    return not strict or _has_surname(text) or "·" in text


def reads_as_address(text: str) -> bool:
    """Whether words are in it that belong to streets and houses."""
    # 路 and 石 are surnames too; a name of two characters may begin with one.
    return bool(_STREET.search(text[1:] if _has_surname(text) and len(text) <= 4 else text))


def name_at_the_end(text: str) -> tuple[str, str]:
    """``…123号张三`` parted into address and name; the name is empty when none can be told apart."""
    for length in (4, 3, 2):
        address, name = text[:-length], text[-length:]
        if length == 4 and not name.startswith(COMPOUND):
            continue
        if _ADDRESS_END.search(address) and reads_as_name(name, strict=True) and not reads_as_address(name):
            return address.rstrip(), name
    return text, ""
