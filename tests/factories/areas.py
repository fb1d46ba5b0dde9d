"""A few areas, put into force as a list of its own, and addresses in them."""

from collections.abc import Iterable
from typing import Any

from accounts.addressing.lists import ListedArea, ListedAreas
from accounts.models import Address, User
from accounts.services.addresses import AddressParts, add_address
from accounts.services.areas import AreaChanges, load_areas

#: (code, parent, name, level): a municipality, a province, and a city without districts.
SOME: tuple[tuple[int, int | None, str, int], ...] = (
    (110000, None, "北京市", 1),
    (440000, None, "广东省", 1),
    (110100, 110000, "市辖区", 2),
    (440100, 440000, "广州市", 2),
    (441900, 440000, "东莞市", 2),
    (110101, 110100, "东城区", 3),
    (110105, 110100, "朝阳区", 3),
    (440106, 440100, "天河区", 3),
    (440105, 440100, "海珠区", 3),
    (441900119, 441900, "长安镇", 3),
)
DISTRICT = {"province_id": 440000, "city_id": 440100, "district_id": 440106}


def install_areas(
    rows: Iterable[tuple[int, int | None, str, int]] = SOME, *, version: str = "2023-06-30"
) -> AreaChanges:
    """Put these areas, and only these, into force."""
    listed = tuple(ListedArea(code=code, parent=parent, name=name, level=level) for code, parent, name, level in rows)
    return load_areas(listed=ListedAreas(version=version, digest=str(hash(listed)), areas=listed))


def address_values(**changed: Any) -> dict[str, Any]:
    """What a form sends for an address in 天河区."""
    return {"receiver": "张三", "place": "体育西路123号", "mobile": "13812345678", **DISTRICT, **changed}


def make_address(user: User, **changed: Any) -> Address:
    """An address of this user; the areas must be installed."""
    return add_address(user_id=user.pk, parts=AddressParts(**address_values(**changed)))
