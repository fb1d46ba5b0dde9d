"""The pasted line and the areas in force, brought together."""

from functools import lru_cache

from accounts.addressing.names import AreaIndex, Chain
from accounts.addressing.paste import PastedAddress, parse_address
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
