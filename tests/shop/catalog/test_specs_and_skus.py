"""Specs, the SKU matrix, and SKUs."""

from decimal import Decimal

import pytest

from shop.catalog.errors import (
    FieldInvalid,
    OptionInUse,
    OptionsIncomplete,
    OptionsTaken,
    SkuNotFound,
    SpecInUse,
    SpecNeedsOptions,
    Taken,
    TooManyCombinations,
)
from shop.catalog.events import SkusChanged
from shop.catalog.matrix import matrix
from shop.catalog.models import Sku, SkuOption, Spec, SpecOption
from shop.catalog.services import (
    OptionInput,
    SpecInput,
    generate_skus,
    save_sku,
    save_skus,
    save_specs,
    set_prices,
)
from tests.factories.catalog import SkuFactory, SpecFactory, SpecOptionFactory, SpuFactory

pytestmark = pytest.mark.django_db

PRICE = Decimal("99.00")


def _specs(spu, **named):
    """Say the SPU's specs by name and values, as the import does."""
    return save_specs(
        spu_id=spu.pk,
        specs=[SpecInput(name, [OptionInput(value) for value in values]) for name, values in named.items()],
    )


def _as_dict(spu):
    return {spec.name: [option.value for option in spec.options.all()] for spec in spu.specs.all()}


def _phone():
    spu = SpuFactory(code="M60", name="Mate 60")
    _specs(spu, 颜色=["黑色", "白色"], 内存=["256GB", "512GB"])
    return spu


# -- specs


def test_specs_and_options_become_what_was_said_in_that_order():
    spu = _phone()

    _specs(spu, 内存=["512GB", "1TB"], 颜色=["白色", "黑色"])

    assert _as_dict(spu) == {"内存": ["512GB", "1TB"], "颜色": ["白色", "黑色"]}
    assert SpecOption.objects.count() == 4


def test_rows_keep_their_ids_when_they_are_named_by_name_or_by_id():
    spu = _phone()
    colour, memory = spu.specs.all()
    black, white = colour.options.all()

    save_specs(
        spu_id=spu.pk,
        specs=[
            SpecInput("色彩", [OptionInput("曜石黑", id=black.pk), OptionInput("白色")], id=colour.pk),
            SpecInput("内存", [OptionInput("256GB")]),
        ],
    )

    assert list(Spec.objects.values_list("pk", "name")) == [(colour.pk, "色彩"), (memory.pk, "内存")]
    assert list(SpecOption.objects.filter(spec=colour).values_list("pk", "value")) == [
        (black.pk, "曜石黑"),
        (white.pk, "白色"),
    ]


def test_two_options_and_two_specs_may_swap_their_names():
    spu = _phone()
    colour, memory = spu.specs.all()
    black, white = colour.options.all()

    save_specs(
        spu_id=spu.pk,
        specs=[
            SpecInput("内存", [OptionInput("白色", id=black.pk), OptionInput("黑色", id=white.pk)], id=colour.pk),
            SpecInput("颜色", [OptionInput("256GB"), OptionInput("512GB")], id=memory.pk),
        ],
    )

    black.refresh_from_db()
    colour.refresh_from_db()
    assert (black.value, colour.name) == ("白色", "内存")


def test_a_renamed_option_renames_the_skus_that_were_named_by_it(emitted):
    spu = _phone()
    skus = generate_skus(spu_id=spu.pk, price=PRICE)
    save_sku(sku_id=skus[0].pk, name="典藏版")
    colour = spu.specs.first()

    save_specs(
        spu_id=spu.pk,
        specs=[
            SpecInput("颜色", [OptionInput("曜石黑", id=colour.options.first().pk), OptionInput("白色")], id=colour.pk),
            SpecInput("内存", [OptionInput("256GB"), OptionInput("512GB")]),
        ],
    )

    assert list(spu.skus.values_list("name", flat=True)) == [
        "典藏版",
        "Mate 60 曜石黑 512GB",
        "Mate 60 白色 256GB",
        "Mate 60 白色 512GB",
    ]
    assert emitted[-1] == SkusChanged(sku_ids=tuple(sku.pk for sku in skus))


def test_a_new_spec_gives_its_first_option_to_the_skus_that_exist():
    spu = SpuFactory(name="T 恤")
    sku = save_sku(spu_id=spu.pk, price=PRICE)

    _specs(spu, 尺码=["M", "L"])

    sku.refresh_from_db()
    assert (sku.name, sku.chosen.get().option.value) == ("T 恤 M", "M")
    assert [new.name for new in generate_skus(spu_id=spu.pk, price=PRICE)] == ["T 恤 L"]


def test_a_spec_needs_options():
    with pytest.raises(SpecNeedsOptions) as refused:
        _specs(SpuFactory(), 颜色=[])

    assert (refused.value.field, refused.value.params) == ("specs", {"spec": "颜色"})


@pytest.mark.parametrize(
    "specs",
    [
        [SpecInput("颜色", [OptionInput("黑色"), OptionInput("黑色")])],
        [SpecInput("颜色", [OptionInput("黑色")]), SpecInput("颜色", [OptionInput("白色")])],
    ],
)
def test_a_name_given_twice_is_refused(specs):
    with pytest.raises(Taken):
        save_specs(spu_id=SpuFactory().pk, specs=specs)

    assert not Spec.objects.exists()


@pytest.mark.parametrize(
    "specs",
    [
        [SpecInput("", [OptionInput("黑色")])],
        [SpecInput("长" * 21, [OptionInput("黑色")])],
        [SpecInput("颜色", [OptionInput("长" * 31)])],
        [SpecInput("颜色", [OptionInput("坏\x00")])],
        [SpecInput("颜色", [OptionInput("黑色")], id=10**9)],
        [SpecInput("颜色", [OptionInput("黑色", id=10**9)])],
    ],
)
def test_a_wrong_spec_is_refused_and_nothing_of_it_is_written(specs):
    spu = SpuFactory()

    with pytest.raises(FieldInvalid) as refused:
        save_specs(spu_id=spu.pk, specs=[SpecInput("好的", [OptionInput("选项")]), *specs])

    assert refused.value.field == "specs"
    assert not Spec.objects.exists()


def test_an_option_of_another_product_cannot_be_taken_over():
    foreign = SpecOptionFactory()

    with pytest.raises(FieldInvalid):
        save_specs(
            spu_id=SpuFactory().pk,
            specs=[SpecInput("颜色", [OptionInput("黑色", id=foreign.pk)], id=foreign.spec_id)],
        )


def test_an_option_that_a_sku_has_cannot_be_left_out():
    spu = _phone()
    generate_skus(spu_id=spu.pk, price=PRICE)

    with pytest.raises(OptionInUse) as refused:
        _specs(spu, 颜色=["黑色"], 内存=["256GB", "512GB"])

    assert refused.value.params == {"option": "白色"}
    assert SpecOption.objects.count() == 4


def test_a_spec_that_tells_skus_apart_cannot_be_left_out_and_one_that_does_not_can():
    spu = _phone()
    black = spu.specs.first().options.first()
    generate_skus(
        spu_id=spu.pk,
        option_ids=[black.pk, *SpecOption.objects.filter(spec__name="内存").values_list("pk", flat=True)],
        price=PRICE,
    )

    with pytest.raises(SpecInUse) as refused:
        _specs(spu, 颜色=["黑色", "白色"])
    assert refused.value.params == {"spec": "内存"}

    _specs(spu, 内存=["256GB", "512GB"])
    assert list(spu.skus.values_list("name", flat=True)) == ["Mate 60 256GB", "Mate 60 512GB"]
    assert SkuOption.objects.count() == 2


# -- the matrix


def test_every_combination_becomes_a_sku_with_code_name_and_prices(emitted):
    spu = _phone()

    skus = generate_skus(spu_id=spu.pk, price=PRICE, market_price=Decimal("120"), weight_grams=200)

    assert [(sku.code, sku.name) for sku in skus] == [
        ("M60-01", "Mate 60 黑色 256GB"),
        ("M60-02", "Mate 60 黑色 512GB"),
        ("M60-03", "Mate 60 白色 256GB"),
        ("M60-04", "Mate 60 白色 512GB"),
    ]
    stored = spu.skus.first()
    assert (stored.price, stored.market_price, stored.weight_grams, stored.stock) == (PRICE, Decimal("120.00"), 200, 0)
    assert emitted[-1] == SkusChanged(sku_ids=tuple(sku.pk for sku in skus))


def test_combinations_that_exist_are_left_alone():
    spu = _phone()
    options = SpecOption.objects.filter(value__in=["黑色", "256GB"]).values_list("pk", flat=True)
    first = generate_skus(spu_id=spu.pk, option_ids=list(options), price=PRICE)

    rest = generate_skus(spu_id=spu.pk, price=Decimal("1"))

    assert (len(first), len(rest)) == (1, 3)
    assert generate_skus(spu_id=spu.pk, price=PRICE) == []
    assert spu.skus.get(pk=first[0].pk).price == PRICE


def test_a_product_without_specs_has_one_sku_of_its_own_name():
    spu = SpuFactory(name="牙膏")

    assert [sku.name for sku in generate_skus(spu_id=spu.pk, price=PRICE)] == ["牙膏"]
    assert generate_skus(spu_id=spu.pk, price=PRICE) == []


def test_a_spec_without_a_chosen_option_has_no_combination():
    spu = _phone()

    with pytest.raises(OptionsIncomplete) as refused:
        generate_skus(spu_id=spu.pk, option_ids=[spu.specs.first().options.first().pk], price=PRICE)

    assert refused.value.params == {"spec": "内存"}


def test_more_than_two_hundred_combinations_are_refused_before_any_is_made():
    spu = SpuFactory()
    _specs(spu, 颜色=[f"色{n}" for n in range(15)], 尺码=[f"码{n}" for n in range(14)], 版本=list("ABC"))

    with pytest.raises(TooManyCombinations) as refused:
        generate_skus(spu_id=spu.pk, price=PRICE)

    assert refused.value.params == {"count": 630, "most": 200}
    assert not Sku.objects.exists()


def test_a_code_that_another_product_has_by_chance_is_stepped_over():
    SkuFactory(code="M60-02")
    spu = _phone()

    assert [sku.code for sku in generate_skus(spu_id=spu.pk, price=PRICE)] == ["M60-01", "M60-03", "M60-04", "M60-05"]


def test_long_names_and_codes_are_cut_to_fit():
    spu = SpuFactory(code="C" * 64, name="长" * 120)
    _specs(spu, 颜色=["黑" * 30], 尺码=["大" * 30])

    (sku,) = generate_skus(spu_id=spu.pk, price=PRICE)

    assert (len(sku.code), len(sku.name)) == (61, 160)


def test_the_matrix_shows_every_combination_with_its_sku_and_then_the_other_skus():
    spu = _phone()
    black, white = spu.specs.first().options.all()
    memory = [option.pk for option in spu.specs.last().options.all()]
    generate_skus(spu_id=spu.pk, option_ids=[black.pk, memory[0]], price=PRICE)

    rows = matrix(spu.pk, [white.pk, *memory])

    assert [([option.value for option in row.options], bool(row.sku)) for row in rows] == [
        (["白色", "256GB"], False),
        (["白色", "512GB"], False),
        (["黑色", "256GB"], True),
    ]


@pytest.mark.parametrize("values", [2, 10])
def test_generating_asks_the_database_equally_often_for_few_and_for_many(values, django_assert_max_num_queries):
    spu = SpuFactory()
    _specs(spu, 颜色=[f"色{n}" for n in range(values)], 尺码=[f"码{n}" for n in range(values)])

    with django_assert_max_num_queries(28):
        generate_skus(spu_id=spu.pk, price=PRICE)


# -- SKUs


def test_a_sku_has_one_option_of_every_spec():
    spu = _phone()
    colour, memory = ([option.pk for option in spec.options.all()] for spec in spu.specs.all())

    for option_ids in ([colour[0]], [colour[0], colour[1], memory[0]], []):
        with pytest.raises(OptionsIncomplete):
            save_sku(spu_id=spu.pk, option_ids=option_ids, price=PRICE)
    with pytest.raises(FieldInvalid):
        save_sku(spu_id=spu.pk, option_ids=[colour[0], memory[0], SpecOptionFactory().pk], price=PRICE)


def test_two_skus_never_have_the_same_options():
    spu = _phone()
    skus = generate_skus(spu_id=spu.pk, price=PRICE)
    options = list(skus[0].chosen.values_list("option_id", flat=True))

    with pytest.raises(OptionsTaken) as refused:
        save_sku(spu_id=spu.pk, option_ids=options, price=PRICE)
    assert refused.value.params["options"] == "黑色 256GB"
    with pytest.raises(OptionsTaken):
        save_sku(sku_id=skus[1].pk, option_ids=options)


def test_a_sku_changes_its_options_and_the_generated_name_follows():
    spu = _phone()
    black, white = spu.specs.first().options.all()
    memory = spu.specs.last().options.first()
    (sku,) = generate_skus(spu_id=spu.pk, option_ids=[black.pk, memory.pk], price=PRICE)

    save_sku(sku_id=sku.pk, option_ids=[white.pk, memory.pk])

    sku.refresh_from_db()
    assert sku.name == "Mate 60 白色 256GB"
    assert set(sku.chosen.values_list("option_id", flat=True)) == {white.pk, memory.pk}


def test_only_what_is_different_is_written_and_told_and_stock_never(emitted):
    spu = _phone()
    a, b = generate_skus(spu_id=spu.pk, price=PRICE)[:2]
    Sku.objects.update(index_dirty_at=None, stock=4)
    told = len(emitted)

    save_skus(spu_id=spu.pk, rows=[{"sku_id": a.pk, "price": PRICE}, {"sku_id": b.pk, "price": Decimal("88")}])

    assert emitted[told:] == [SkusChanged(sku_ids=(b.pk,))]
    b.refresh_from_db()
    assert (b.price, b.stock, b.index_dirty_at is None) == (Decimal("88.00"), 4, False)


def test_an_empty_name_is_made_again():
    spu = _phone()
    sku = generate_skus(spu_id=spu.pk, price=PRICE)[0]
    save_sku(sku_id=sku.pk, name="典藏版")

    save_sku(sku_id=sku.pk, name="")

    sku.refresh_from_db()
    assert sku.name == "Mate 60 黑色 256GB"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"price": Decimal("-0.01")}, "price"),
        ({"price": Decimal("1e12")}, "price"),
        ({"price": None}, "price"),
        ({"market_price": Decimal("NaN")}, "market_price"),
        ({"cost_price": Decimal("-1")}, "cost_price"),
        ({"weight_grams": -1}, "weight_grams"),
        ({"code": "长" * 65}, "code"),
        ({"name": "坏\x00"}, "name"),
    ],
)
def test_one_wrong_row_stops_all_and_is_named_with_its_place(fields, field):
    spu = _phone()
    skus = generate_skus(spu_id=spu.pk, price=PRICE)

    with pytest.raises(FieldInvalid) as refused:
        save_skus(spu_id=spu.pk, rows=[{"sku_id": skus[0].pk, "price": Decimal("1")}, {"sku_id": skus[1].pk, **fields}])

    assert (refused.value.field, refused.value.params["row"]) == (field, 1)
    assert set(Sku.objects.values_list("price", flat=True)) == {PRICE}


def test_a_new_sku_needs_a_price():
    with pytest.raises(FieldInvalid) as refused:
        save_sku(spu_id=SpuFactory().pk)

    assert refused.value.field == "price"


def test_prices_have_two_places():
    assert save_sku(spu_id=SpuFactory().pk, price=Decimal("9.995")).price == Decimal("10.00")


def test_a_code_is_given_once_in_the_whole_shop():
    spu = _phone()
    a, b, *_ = generate_skus(spu_id=spu.pk, price=PRICE)
    foreign = SkuFactory()

    for code in (foreign.code, b.code):
        with pytest.raises(Taken) as refused:
            save_sku(sku_id=a.pk, code=code)
        assert (refused.value.field, refused.value.params) == ("code", {"value": code, "row": 0})


def test_two_skus_may_swap_their_codes_and_a_new_one_may_take_a_freed_code():
    spu = _phone()
    a, b, c, d = generate_skus(spu_id=spu.pk, price=PRICE)
    _specs(spu, 颜色=["黑色", "白色", "红色"], 内存=["256GB", "512GB"])
    red = SpecOption.objects.get(value="红色").pk
    memory = SpecOption.objects.get(value="256GB").pk

    save_skus(
        spu_id=spu.pk,
        rows=[
            {"sku_id": a.pk, "code": b.code},
            {"sku_id": b.pk, "code": a.code},
            {"sku_id": c.pk, "code": "NEW"},
            {"option_ids": [red, memory], "code": c.code, "price": PRICE},
        ],
    )

    assert set(spu.skus.values_list("code", flat=True)) == {a.code, b.code, c.code, d.code, "NEW"}
    a.refresh_from_db()
    assert a.code == b.code


def test_a_sku_of_another_product_is_not_found():
    spu = _phone()

    with pytest.raises(SkuNotFound):
        save_skus(spu_id=spu.pk, rows=[{"sku_id": SkuFactory().pk, "price": PRICE}])
    with pytest.raises(SkuNotFound):
        save_sku(sku_id=99, price=PRICE)
    with pytest.raises(SkuNotFound):
        save_sku(price=PRICE)


def test_prices_of_many_change_at_once_and_are_told_where_they_differ(emitted):
    a, b = SkuFactory(price=PRICE), SkuFactory(price=PRICE)

    assert set_prices(prices={a.pk: PRICE, b.pk: Decimal("1.5")}) == 1

    assert list(emitted) == [SkusChanged(sku_ids=(b.pk,))]
    with pytest.raises(FieldInvalid):
        set_prices(prices={a.pk: Decimal("-1")})
    with pytest.raises(SkuNotFound):
        set_prices(prices={99: PRICE})


def test_a_spec_made_elsewhere_is_seen():
    spec = SpecFactory()
    SpecOptionFactory(spec=spec, value="M")

    (sku,) = generate_skus(spu_id=spec.spu_id, price=PRICE)

    assert sku.name == f"{spec.spu.name} M"
