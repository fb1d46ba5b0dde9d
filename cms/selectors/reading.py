"""Reading a stream as it is stored, without one query: what is due now, and which rows it will need.

Wagtail turns stored ids into rows block by block, so its query count grows with the kinds of blocks
on a page. Here the stored form is walked once: what is outside its schedule is left out, ids are
gathered, and the rows are then loaded in bulk (``cms.selectors.rows``), however many blocks there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.images.blocks import ImageChooserBlock

from cms.blocks.audience import PUBLIC, Who
from cms.blocks.products import WhenGone
from cms.blocks.schedule import ScheduleBlock
from cms.selectors.rich_text import linked_documents, linked_pages
from shop.catalog.models import Brand, Category, Sku

#: Stands for a value that is not shown now.
LEFT_OUT = object()


@dataclass(frozen=True, slots=True)
class Rule:
    """Products asked for by a rule; equal rules are asked once."""

    order: str
    category_id: int | None
    brand_id: int | None
    min_price: Decimal | None
    max_price: Decimal | None
    mark: str
    in_stock: bool
    count: int


@dataclass(frozen=True, slots=True)
class Part:
    """One child of a stream or list that is shown now."""

    id: str
    type: str
    value: Any
    #: Where it stands among its neighbours as stored, also those that are not shown.
    place: int = 0


@dataclass(slots=True)
class Needs:
    """The rows that what was read refers to, and the moments at which reading it again gives something else."""

    skus: set[int] = field(default_factory=set)
    categories: set[int] = field(default_factory=set)
    images: set[int] = field(default_factory=set)
    pages: set[int] = field(default_factory=set)
    documents: set[int] = field(default_factory=set)
    rules: dict[Rule, None] = field(default_factory=dict)
    switches: list[datetime] = field(default_factory=list)


def moment(raw: Any) -> datetime | None:
    """A stored date and time; one that cannot be read is none."""
    if isinstance(raw, datetime):
        found: datetime | None = raw
    else:
        try:
            found = datetime.fromisoformat(raw) if raw else None
        except (TypeError, ValueError):
            return None
    return timezone.make_aware(found) if found and timezone.is_naive(found) else found


def _number(raw: Any) -> Decimal | None:
    try:
        found = Decimal(str(raw)) if raw not in (None, "") else None
    except ArithmeticError:
        return None
    return found if found is None or found.is_finite() else None


def _id(raw: Any) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**63 else None


def audience_key(audience: Any) -> str:
    """The word for whom something stored is: ``everyone``, ``new``, ``tag:3``."""
    stored = audience if isinstance(audience, Mapping) else {}
    who = str(stored.get("who") or Who.EVERYONE)
    return f"{who}:{stored.get('tag')}" if who == Who.TAG else who


class Reader:
    """Reads streams as of one moment and remembers what they need."""

    def __init__(self, now: datetime, *, audience: frozenset[str] | None = PUBLIC) -> None:
        """``audience``: whom to read for, by the words of ``audience_key``; None reads for everybody at once."""
        self.now = now
        self.needs = Needs()
        self.audience = audience
        #: Whether anything was left out for being somebody else's.
        self.left_out_for_others = False

    def stream(self, value: Any) -> list[Part]:
        """The parts of a stream field's value that are shown now, at any depth."""
        return self._stream(value.stream_block, value.get_prep_value())

    def _stream(self, block: blocks.BaseStreamBlock, raw: Any) -> list[Part]:
        return list(self._parts(raw, block.child_blocks))

    def _list(self, block: blocks.ListBlock, raw: Any) -> list[Part]:
        items = [
            one if isinstance(one, Mapping) and one.get("type") == "item" else {"type": "item", "value": one}
            for one in raw or []
        ]
        return list(self._parts(items, {"item": block.child_block}))

    def _parts(self, raw: Any, kinds: Mapping[str, blocks.Block]) -> Iterable[Part]:
        for place, child in enumerate(raw or []):
            # A kind that is no longer defined is content of an older version: nothing shows it any more.
            kind = kinds.get(str(child.get("type"))) if isinstance(child, Mapping) else None
            if kind is None:
                continue
            value = self._read(kind, child.get("value"))
            if value is not LEFT_OUT:
                yield Part(id=str(child.get("id") or ""), type=child["type"], value=value, place=place)

    def _read(self, block: blocks.Block, raw: Any) -> Any:
        if isinstance(block, blocks.BaseStreamBlock):
            return self._stream(block, raw)
        if isinstance(block, blocks.ListBlock):
            return self._list(block, raw)
        if isinstance(block, blocks.BaseStructBlock):
            return self._struct(block, raw if isinstance(raw, Mapping) else {})
        if isinstance(block, BaseTypedTableBlock):
            return raw or {}
        if isinstance(block, blocks.ChooserBlock):
            return self._chosen(block, _id(raw))
        if isinstance(block, blocks.DateTimeBlock):
            at = moment(raw)
            self._switches_at(at)
            return at
        if isinstance(block, blocks.DecimalBlock):
            return _number(raw)
        if isinstance(block, blocks.BooleanBlock):
            return bool(raw)
        if isinstance(block, blocks.RichTextBlock):
            text = str(raw or "")
            self.needs.pages |= linked_pages(text)
            self.needs.documents |= linked_documents(text)
            return text
        if isinstance(block, blocks.IntegerBlock):
            return raw if isinstance(raw, int) else None
        return raw if raw is not None else ""

    def _struct(self, block: blocks.BaseStructBlock, raw: Mapping[str, Any]) -> Any:
        if isinstance(block, ScheduleBlock):
            return {"go_live_at": moment(raw.get("go_live_at")), "expire_at": moment(raw.get("expire_at"))}
        if "audience" in block.child_blocks and not self._is_for(raw.get("audience")):
            self.left_out_for_others = True
            return LEFT_OUT
        if "schedule" in block.child_blocks and not self._is_due(raw.get("schedule")):
            return LEFT_OUT
        read = {
            name: self._read(child, raw[name] if name in raw else child.get_prep_value(child.get_default()))
            for name, child in block.child_blocks.items()
        }
        if "source" in read and "count" in read:
            read["source"] = self._sources(read)
        return read

    def _is_for(self, audience: Any) -> bool:
        return self.audience is None or audience_key(audience) in self.audience

    def _is_due(self, schedule: Any) -> bool:
        times = schedule if isinstance(schedule, Mapping) else {}
        start, end = moment(times.get("go_live_at")), moment(times.get("expire_at"))
        self._switches_at(start, end)
        return (start is None or start <= self.now) and (end is None or end > self.now)

    def _switches_at(self, *moments: datetime | None) -> None:
        self.needs.switches += [at for at in moments if at and at > self.now]

    def _chosen(self, block: blocks.ChooserBlock, pk: int | None) -> int | None:
        if pk is not None:
            if isinstance(block, ImageChooserBlock):
                self.needs.images.add(pk)
            elif isinstance(block, blocks.PageChooserBlock):
                self.needs.pages.add(pk)
            elif block.model_class is Sku:
                self.needs.skus.add(pk)
            elif block.model_class is Category:
                self.needs.categories.add(pk)
            elif block.model_class is not Brand:
                raise TypeError(f"nothing loads what {type(block).__name__} chooses")
        return pk

    def _sources(self, read: Mapping[str, Any]) -> list[Rule | list[int]]:
        """What fills a product block, in order, asking each rule for enough to replace what came before."""
        hide = read.get("when_gone") != WhenGone.SHOW
        sources: list[Rule | list[int]] = []
        asked = int(read.get("count") or 0)
        for part in read["source"]:
            if part.type == "picked":
                picked = [one.value for one in part.value if one.value is not None]
                asked += len(picked)
                sources.append(picked)
            elif part.type == "rule":
                rule = _rule(part.value, in_stock=hide, count=asked)
                asked += rule.count
                self.needs.rules[rule] = None
                sources.append(rule)
        return sources


def rule_of(stored: Mapping[str, Any], *, in_stock: bool, count: int) -> Rule:
    """The rule as it is stored, whatever stands in it."""
    return Rule(
        order=str(stored.get("order") or ""),
        category_id=_id(stored.get("category")),
        brand_id=_id(stored.get("brand")),
        min_price=_number(stored.get("min_price")),
        max_price=_number(stored.get("max_price")),
        mark=str(stored.get("mark") or ""),
        in_stock=in_stock,
        count=count,
    )


def _rule(value: Mapping[str, Any], *, in_stock: bool, count: int) -> Rule:
    return Rule(
        order=value["order"],
        category_id=value["category"],
        brand_id=value["brand"],
        min_price=value["min_price"],
        max_price=value["max_price"],
        mark=value["mark"],
        in_stock=in_stock,
        count=count,
    )
