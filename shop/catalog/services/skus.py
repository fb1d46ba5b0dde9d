"""Making and changing SKUs, one or a whole matrix of them."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from kernel import clock
from kernel.errors import DomainError
from kernel.money import yuan
from shop.catalog.errors import FieldInvalid, OptionsIncomplete, OptionsTaken, SkuNotFound, Taken
from shop.catalog.matrix import Key, combinations, generated_name, skus_by_key, specs_of
from shop.catalog.models import Sku, SkuOption, Spec, SpecOption, Spu
from shop.catalog.services.changes import skus_changed
from shop.catalog.services.spus import spu_locked

MONEY = ("price", "market_price", "cost_price")


class SkuFields(TypedDict, total=False):
    """What one may say of a SKU; what is not said stays (or is the model's default).

    An empty code or name is made from the SPU's. ``option_ids`` holds one option of every spec.
    """

    option_ids: Collection[int]
    code: str
    name: str
    price: Decimal
    market_price: Decimal | None
    cost_price: Decimal | None
    weight_grams: int
    is_on_sale: bool
    default_image_id: int | None
    sort_order: int


class SkuRow(SkuFields, total=False):
    """One row of a matrix: an existing SKU by ``sku_id``, or a new one without it."""

    sku_id: int | None


class PriceTemplate(TypedDict, total=False):
    """What every SKU made by ``generate_skus`` starts with."""

    price: Decimal
    market_price: Decimal | None
    cost_price: Decimal | None
    weight_grams: int
    is_on_sale: bool


@transaction.atomic
def save_sku(*, sku_id: int | None = None, spu_id: int | None = None, **fields: Unpack[SkuFields]) -> Sku:
    """Make a SKU of this SPU, or change an existing one. Stock is never written here.

    Units: yuan with two places; grams. Locks, Raises, Emits: as ``save_skus``; also SkuNotFound.
    """
    if sku_id is not None:
        spu_id = Sku.objects.filter(pk=sku_id).values_list("spu_id", flat=True).first()
    if spu_id is None:
        raise SkuNotFound()
    row: SkuRow = {"sku_id": sku_id, **fields}
    return save_skus(spu_id=spu_id, rows=[row])[0]


@transaction.atomic
def generate_skus(
    *, spu_id: int, option_ids: Collection[int] | None = None, **template: Unpack[PriceTemplate]
) -> list[Sku]:
    """Make a SKU for every combination of these options (all, unless told) that has none, and return the new ones.

    Units: yuan with two places; grams. Locks: the SPU.
    Raises: SpuNotFound; OptionsIncomplete for a spec without a chosen option; TooManyCombinations;
    FieldInvalid for the template.
    Emits: SkusChanged, after commit.
    """
    spu_locked(spu_id)
    taken = skus_by_key(spu_id)
    wanted = [
        tuple(option.pk for option in options)
        for options in combinations(specs_of(spu_id), option_ids)
        if frozenset(option.pk for option in options) not in taken
    ]
    # A template has fewer keys than a row; mypy takes what is left out for missing.
    rows: list[SkuRow] = [{"option_ids": ids, **template} for ids in wanted]  # type: ignore[typeddict-item]
    return save_skus(spu_id=spu_id, rows=rows)


@transaction.atomic
def save_skus(*, spu_id: int, rows: Sequence[SkuRow]) -> list[Sku]:
    """Make and change SKUs of one SPU, all or none, and return them in the order of the rows.

    Units: yuan with two places; grams.
    Locks: the SPU, then its SKUs in id order, so that two editors never make the same combination.
    Raises: SpuNotFound, SkuNotFound, OptionsIncomplete, OptionsTaken, Taken, FieldInvalid; each with
    ``row``, the place of the row it is about.
    Emits: SkusChanged for the SKUs that are new or different, after commit.
    """
    draft = _Draft(spu_locked(spu_id))
    for place, row in enumerate(rows):
        try:
            draft.add(row)
        except DomainError as wrong:
            wrong.params["row"] = place
            raise
    draft.check_codes()
    try:
        with transaction.atomic():
            return draft.write()
    except IntegrityError:
        # Another product took a code between the check and the writing.
        draft.check_codes()
        raise


@transaction.atomic
def set_prices(*, prices: Mapping[int, Decimal]) -> int:
    """Give each SKU this price and return how many have a new one.

    Units: yuan with two places. Locks: the SKUs, in id order.
    Raises: SkuNotFound; FieldInvalid for a negative price.
    Emits: SkusChanged, after commit.
    """
    skus = list(Sku.objects.select_for_update().filter(pk__in=prices).order_by("pk"))
    if len(skus) < len(prices):
        raise SkuNotFound()
    changed = []
    for sku in skus:
        price = _amount(prices[sku.pk], "price")
        if sku.price != price:
            sku.price, sku.updated_at = price, clock.now()
            changed.append(sku)
    Sku.objects.bulk_update(changed, ["price", "updated_at"], batch_size=500)
    skus_changed(sku.pk for sku in changed)
    return len(changed)


class _Draft:
    """The SKUs of one SPU as they will be, checked row by row before anything is written."""

    def __init__(self, spu: Spu) -> None:
        self.spu = spu
        # Rows are locked before they are read, in id order like every other writer's.
        list(Sku.objects.select_for_update().filter(spu=spu).order_by("pk").values_list("pk", flat=True))
        self.by_key: dict[Key, Sku] = skus_by_key(spu.pk)
        self.by_id = {sku.pk: sku for sku in self.by_key.values()}
        self.specs = specs_of(spu.pk)
        self.options: dict[int, SpecOption] = {
            option.pk: option for spec in self.specs for option in spec.options.all()
        }
        self.codes = {sku.code for sku in self.by_id.values()}
        self.result: list[Sku] = []
        self.changed: dict[int, set[str]] = {}
        self.chosen: list[tuple[Sku, list[SpecOption]]] = []

    def add(self, row: SkuRow) -> None:
        """Take one row in. Raises: whatever is wrong with it."""
        fields: dict[str, Any] = {name: value for name, value in row.items() if name not in ("sku_id", "option_ids")}
        sku_id = row.get("sku_id")
        sku = self.by_id.get(sku_id) if sku_id else Sku(spu=self.spu, sort_order=len(self.by_key))
        if sku is None:
            raise SkuNotFound()
        changed = {name for name in fields if sku.pk is None or getattr(sku, name) != fields[name]}
        if "option_ids" in row or sku.pk is None:
            self._choose(sku, row.get("option_ids", ()))
        for name in changed:
            value = fields[name]
            setattr(sku, name, _amount(value, name) if name in MONEY and value is not None else value)
        changed |= self._fill_in(sku)
        _check_columns(sku, changed)
        self.result.append(sku)
        if sku.pk and changed:
            self.changed.setdefault(sku.pk, set()).update(changed)

    def _choose(self, sku: Sku, option_ids: Collection[int]) -> None:
        """Let the SKU have exactly these options."""
        chosen = [self._one_of(spec, option_ids) for spec in self.specs]
        if len(chosen) != len(set(option_ids)):
            raise FieldInvalid(field="options", reason=_("选项不属于该商品"))
        key = frozenset(option.pk for option in chosen)
        holder = self.by_key.get(key)
        if holder is sku:
            return
        if sku.pk and sku.name == self._generated_name(sku):
            sku.name = ""
        if holder is not None:
            raise OptionsTaken(options=" ".join(option.value for option in chosen) or self.spu.name)
        self.by_key = {other: held for other, held in self.by_key.items() if held is not sku}
        self.by_key[key] = sku
        self.chosen.append((sku, chosen))

    def _one_of(self, spec: Spec, option_ids: Collection[int]) -> SpecOption:
        mine = [
            self.options[pk] for pk in set(option_ids) if pk in self.options and self.options[pk].spec_id == spec.pk
        ]
        if len(mine) != 1:
            raise OptionsIncomplete(spec=spec.name)
        return mine[0]

    def _fill_in(self, sku: Sku) -> set[str]:
        """Make a code and a name where there is none."""
        filled = set()
        if not sku.code:
            sku.code = self._free_code()
            filled.add("code")
        if not sku.name:
            sku.name = self._generated_name(sku)
            filled.add("name")
        self.codes.add(sku.code)
        return filled

    def _generated_name(self, sku: Sku) -> str:
        key = next(key for key, held in self.by_key.items() if held is sku)
        return generated_name(self.spu.name, [option.value for pk, option in self.options.items() if pk in key])

    def _free_code(self) -> str:
        number = len(self.by_id) + 1
        while f"{self.stem}{number:02}" in self.codes | self.foreign_codes:
            number += 1
        return f"{self.stem}{number:02}"

    @property
    def stem(self) -> str:
        """What codes made here begin with; there is room for a number behind it."""
        longest = Sku._meta.get_field("code").max_length or 64
        return f"{self.spu.code[: longest - 6]}-"

    @cached_property
    def foreign_codes(self) -> set[str]:
        """Codes that look like one made here; another product's SKU may have one by chance."""
        return set(Sku.objects.filter(code__startswith=self.stem).values_list("code", flat=True))

    def check_codes(self) -> None:
        """Make sure that no code is given twice. Raises: Taken, with the row."""
        seen: set[str] = set()
        mine = [sku.code for sku in self.result]
        foreign = set(Sku.objects.filter(code__in=mine).exclude(spu=self.spu).values_list("code", flat=True))
        others = {sku.code for sku in self.by_id.values() if sku not in self.result}
        for place, code in enumerate(mine):
            if code in foreign or code in seen or code in others:
                raise Taken(field="code", value=code, row=place)
            seen.add(code)

    def write(self) -> list[Sku]:
        """Write what is new or different, and tell."""
        self._free_changing_codes()
        Sku.objects.bulk_create([sku for sku in self.result if sku.pk is None])
        names = {name for changed in self.changed.values() for name in changed}
        if names:
            rows = [sku for sku in self.result if sku.pk in self.changed]
            for sku in rows:
                sku.updated_at = clock.now()
            Sku.objects.bulk_update(rows, [*names, "updated_at"], batch_size=500)
        moved = [sku for sku, _chosen in self.chosen]
        SkuOption.objects.filter(sku__in=moved).delete()
        SkuOption.objects.bulk_create(
            [
                SkuOption(sku=sku, spec_id=option.spec_id, option=option)
                for sku, chosen in self.chosen
                for option in chosen
            ]
        )
        skus_changed({*self.changed, *(sku.pk for sku in moved)})
        return self.result

    def _free_changing_codes(self) -> None:
        """Let SKUs exchange their codes: a unique column is checked row by row."""
        for pk, changed in self.changed.items():
            if "code" in changed:
                Sku.objects.filter(pk=pk).update(code=f"~{pk}")


def _amount(value: Decimal, field: str) -> Decimal:
    """The amount with two places, zero or more. Raises: FieldInvalid."""
    try:
        amount = yuan(value)
    except (TypeError, ValueError) as wrong:
        raise FieldInvalid(field=field, reason=_("金额无效")) from wrong
    if amount < 0:
        raise FieldInvalid(field=field, reason=_("金额不能为负数"))
    return amount


def _check_columns(sku: Sku, changed: Collection[str]) -> None:
    """Lengths, ranges and kinds, as the model's fields say; existence of pictures is the database's."""
    if sku.price is None:
        raise FieldInvalid(field="price", reason=_("请填写售价"))
    for name in changed:
        field = sku._meta.get_field(name.removesuffix("_id"))
        value = getattr(sku, name)
        if isinstance(value, str) and "\x00" in value:
            raise FieldInvalid(field=field.name, reason=_("不能包含空字符"))
        if field.is_relation:
            continue
        try:
            setattr(sku, name, field.clean(value, sku))  # type: ignore[union-attr]
        except ValidationError as wrong:
            raise FieldInvalid(field=field.name, reason=wrong.messages[0]) from wrong
