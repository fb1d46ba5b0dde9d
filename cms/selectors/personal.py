"""The blocks of the homepage that are not for everybody, for one visitor. Never kept as bytes."""

from dataclasses import dataclass
from typing import Any

from accounts.selectors.tags import tag_ids_of
from cms.blocks.audience import Who
from cms.selectors import composing
from cms.selectors.addresses import root_of_site
from cms.selectors.live import PageTimetable, live_home
from cms.selectors.reading import Reader, audience_key
from cms.selectors.rows import rows_for
from cms.selectors.shapes import Block
from kernel import clock
from shop.orders.selectors import counts_by_state
from shop.orders.states import OrderState


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at the homepage; None is a guest."""

    user_id: int | None


def personal_blocks(visitor: Visitor) -> list[Block]:
    """What the homepage shows to this visitor and not to all, in order; ``position`` says where each belongs.

    Two or three queries while no block has an audience; one for the tags and one for the orders only when a
    block asks for them.
    """
    timetable = PageTimetable(clock.now())
    home = live_home(timetable)
    if home is None:
        return []
    stored = home.body.stream_block.get_prep_value(home.body)
    keys = _audience_of(visitor, {audience_key(one["value"].get("audience")) for one in stored if _is_struct(one)})
    if not keys:
        return []
    reader = Reader(timetable.now, audience=keys)
    parts = reader.stream(home.body)
    rows = rows_for(reader.needs, timetable=timetable, root=root_of_site() if reader.needs.pages else None)
    return [block for part in parts if (block := composing.block(part, rows, timetable.now))]


def _is_struct(child: Any) -> bool:
    return isinstance(child, dict) and isinstance(child.get("value"), dict)


def _audience_of(visitor: Visitor, asked: set[str]) -> frozenset[str]:
    """Which of the asked audiences this visitor belongs to."""
    found: set[str] = set()
    if visitor.user_id is None:
        # Nobody knows what a guest has bought; what draws new customers is meant for guests as well.
        return frozenset(asked & {Who.NEW})
    if Who.SIGNED_IN in asked:
        found.add(Who.SIGNED_IN)
    if Who.NEW in asked and not _has_ordered(visitor.user_id):
        found.add(Who.NEW)
    if any(one.startswith(f"{Who.TAG}:") for one in asked):
        found |= {f"{Who.TAG}:{pk}" for pk in tag_ids_of(visitor.user_id)} & asked
    return frozenset(found)


def _has_ordered(user_id: int) -> bool:
    counts = counts_by_state(user_id=user_id)
    return any(count for state, count in counts.items() if int(state) != OrderState.CANCELLED)
