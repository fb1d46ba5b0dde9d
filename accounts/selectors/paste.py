"""The pasted line and the areas in force, brought together."""

from dataclasses import dataclass
from functools import lru_cache

from accounts.addressing.errors import AreaUnfit
from accounts.addressing.names import AreaIndex, Chain, NamedArea, short_names
from accounts.addressing.paste import PastedAddress, parse_address
from accounts.addressing.rules import FILLERS
from accounts.models import Area
from accounts.selectors.areas import area_stamp


@lru_cache(maxsize=2)
def _index(stamp: str) -> AreaIndex:
    """The index of the list with this stamp; built once per process."""
    rows = Area.objects.filter(is_valid=True).order_by("pk").values_list("pk", "parent_id", "name", "level")
    return AreaIndex.of(rows)


def pasted_address(*, text: str) -> PastedAddress:
    """The parts of a pasted address, with the areas in force. One query, or two after a new list."""
    return parse_address(text, index=_index(area_stamp()))


def chain_of_names(*, province: str, city: str, district: str = "") -> Chain | None:
    """The areas that a client names instead of numbering, written whole or short; None when nothing fits."""
    return _index(area_stamp()).best_chain(f"{province} {city} {district}")


@dataclass(frozen=True)
class AreaIds:
    """Where an address lies; the district may be unknown."""

    province_id: int
    city_id: int
    district_id: int | None


def areas_of_names(*, province: str, city: str, district: str = "") -> AreaIds:
    """The areas with these names, whole or short.

    Raises: AreaUnfit, at the first name that fits nothing.
    """
    chain = chain_of_names(province=province, city=city, district=district)
    if chain is None or chain.province is None or not _is_called(chain.province, province):
        raise AreaUnfit(field="province_id")
    if chain.city is None or not _is_called(chain.city, city):
        raise AreaUnfit(field="city_id")
    if district.strip() and (chain.district is None or not _is_called(chain.district, district)):
        raise AreaUnfit(field="district_id")
    return AreaIds(chain.province.id, chain.city.id, chain.district.id if chain.district else None)


def _is_called(area: NamedArea, name: str) -> bool:
    """Whether people call the area so. What only fills a level has no name of its own: clients repeat the one above."""
    given = name.strip()
    said, known = {given} | short_names(given), {area.name} | short_names(area.name)
    return area.name in FILLERS or bool(said & known)
