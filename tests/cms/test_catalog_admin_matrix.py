"""The SKU matrix in the back office."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from shop.catalog.models import Sku, SpecOption
from shop.catalog.services import OptionInput, SpecInput, generate_skus, save_specs
from tests.factories.catalog import MallImageFactory, SkuFactory, SpuFactory
from tests.factories.staff import clerk, logged_in, opened, superuser

pytestmark = pytest.mark.django_db

PRICE = Decimal("99.00")


@pytest.fixture
def admin():
    return logged_in(superuser())


def _phone(colours=("黑色", "白色"), memory=("256GB", "512GB")):
    spu = SpuFactory(code="M60", name="Mate 60")
    save_specs(
        spu_id=spu.pk,
        specs=[
            SpecInput("颜色", [OptionInput(value) for value in colours]),
            SpecInput("内存", [OptionInput(value) for value in memory]),
        ],
    )
    return spu


def _url(spu, *options):
    query = "&".join(f"option={option.pk}" for option in options)
    return reverse("spu:matrix", args=[spu.pk]) + (f"?{query}" if query else "")


def _opened(admin, url):
    return opened(admin, url, form_id="matrix")


def _row(*values):
    ids = sorted(SpecOption.objects.filter(value__in=values).values_list("pk", flat=True))
    return "row-" + "-".join(map(str, ids))


def _filled(admin, spu, price="99"):
    data = _opened(admin, _url(spu))
    for name in list(data):
        if name.endswith("-price"):
            data[name] = price
    return data


def test_every_combination_is_offered_ticked_with_its_options(admin):
    page = admin.get(_url(_phone()))

    forms = page.context["forms"]
    assert [form.title for form in forms] == ["黑色 / 256GB", "黑色 / 512GB", "白色 / 256GB", "白色 / 512GB"]
    assert all(form["make"].value() for form in forms)
    assert {form["code"].value() for form in forms} == {None}


def test_ticked_combinations_become_skus_with_their_first_stock(admin):
    spu = _phone()
    data = _filled(admin, spu)
    row = _row("黑色", "256GB")
    data[f"{row}-code"] = "M60-BLACK"
    data[f"{row}-price"] = "6499.5"
    data[f"{row}-first_stock"] = "20"
    data[f"{row}-weight_grams"] = "221"
    del data[f"{_row('白色', '512GB')}-make"]

    answer = admin.post(_url(spu), data)

    assert answer.status_code == 302
    assert list(spu.skus.values_list("code", "name", "price", "stock", "weight_grams")) == [
        ("M60-BLACK", "Mate 60 黑色 256GB", Decimal("6499.50"), 20, 221),
        ("M60-01", "Mate 60 黑色 512GB", PRICE, 0, 0),
        ("M60-02", "Mate 60 白色 256GB", PRICE, 0, 0),
    ]
    movement = spu.skus.first().movements.get()
    assert (movement.delta, movement.cause, movement.by.is_superuser) == (20, "initial", True)
    assert ModelLogEntry.objects.get().data["made"] == 3


def test_existing_skus_are_changed_in_the_table_and_their_stock_is_not(admin):
    spu = _phone()
    skus = generate_skus(spu_id=spu.pk, price=PRICE)
    Sku.objects.update(stock=7)
    image = MallImageFactory()
    data = _opened(admin, _url(spu))
    row = _row("黑色", "256GB")
    data[f"{row}-price"] = "88"
    data[f"{row}-market_price"] = "188"
    data[f"{row}-default_image"] = str(image.pk)
    data[f"{row}-first_stock"] = "1000"
    del data[f"{row}-is_on_sale"]

    admin.post(_url(spu), data)

    sku = Sku.objects.get(pk=skus[0].pk)
    assert (sku.price, sku.market_price, sku.default_image, sku.is_on_sale) == (
        Decimal("88.00"),
        Decimal("188.00"),
        image,
        False,
    )
    assert set(Sku.objects.values_list("stock", flat=True)) == {7}


def test_a_matrix_saved_untouched_changes_nothing(admin):
    spu = _phone()
    generate_skus(spu_id=spu.pk, price=PRICE, market_price=Decimal("120"), weight_grams=3)
    before = list(Sku.objects.order_by("pk").values())

    answer = admin.post(_url(spu), _opened(admin, _url(spu)))

    assert answer.status_code == 302
    assert list(Sku.objects.order_by("pk").values()) == before
    assert not ModelLogEntry.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("price", "-1", "0"),
        ("price", "", "必"),
        ("price", "abc", ""),
        ("price", "1.999", "2"),
        ("price", "99999999999999", ""),
        ("market_price", "-1", ""),
        ("cost_price", "NaN", ""),
        ("weight_grams", "-1", ""),
        ("first_stock", "-1", ""),
        ("first_stock", "999999999999", ""),
        ("code", "FOREIGN", "已被使用"),
        ("code", "坏\x00", ""),
        ("default_image", "99", ""),
    ],
)
def test_a_wrong_cell_is_marked_and_nothing_at_all_is_saved(admin, field, value, text):
    SkuFactory(code="FOREIGN")
    spu = _phone()
    data = _filled(admin, spu)
    row = _row("白色", "256GB")
    data[f"{row}-{field}"] = value

    answer = admin.post(_url(spu), data)

    wrong = [form for form in answer.context["forms"] if form.errors]
    assert [form.title for form in wrong] == ["白色 / 256GB"]
    assert text in wrong[0].errors[field][0]
    assert "matrix-wrong" in answer.content.decode()
    assert not spu.skus.exists()


def test_an_unticked_row_is_not_looked_at(admin):
    spu = _phone()
    data = _filled(admin, spu, price="")
    for values in (("黑色", "256GB"), ("黑色", "512GB"), ("白色", "256GB")):
        del data[f"{_row(*values)}-make"]
    data[f"{_row('白色', '512GB')}-price"] = "9"

    assert admin.post(_url(spu), data).status_code == 302

    assert spu.skus.get().name == "Mate 60 白色 512GB"


def test_two_rows_with_one_code_are_refused_at_the_second(admin):
    spu = _phone()
    data = _filled(admin, spu)
    data[f"{_row('黑色', '256GB')}-code"] = data[f"{_row('白色', '256GB')}-code"] = "SAME"

    answer = admin.post(_url(spu), data)

    assert [form.title for form in answer.context["forms"] if form.errors] == ["白色 / 256GB"]


def test_some_options_only_are_combined(admin):
    spu = _phone()
    black, big = SpecOption.objects.get(value="黑色"), SpecOption.objects.get(value="512GB")

    forms = admin.get(_url(spu, black, big)).context["forms"]

    assert [form.title for form in forms] == ["黑色 / 512GB"]


def test_too_many_combinations_show_what_exists_and_ask_for_fewer_options(admin):
    spu = _phone(colours=[f"色{n}" for n in range(15)], memory=[f"{n}GB" for n in range(15)])
    options = SpecOption.objects.filter(value__in=["色1", "1GB"])
    generate_skus(spu_id=spu.pk, option_ids=[option.pk for option in options], price=PRICE)

    page = admin.get(_url(spu))

    assert "225" in page.context["refusal"]
    assert [form.title for form in page.context["forms"]] == ["色1 / 1GB"]
    assert len(admin.get(_url(spu, *options)).context["forms"]) == 1


def test_a_spec_without_a_chosen_option_is_told(admin):
    spu = _phone()

    page = admin.get(_url(spu, SpecOption.objects.get(value="黑色")))

    assert "内存" in page.context["refusal"]


def test_a_product_without_specs_has_one_row(admin):
    spu = SpuFactory(name="牙膏")
    data = _filled(admin, spu)

    admin.post(_url(spu), data)

    assert spu.skus.get().name == "牙膏"


def test_a_combination_that_another_editor_made_meanwhile_is_changed_not_doubled(admin):
    spu = _phone()
    data = _filled(admin, spu, price="50")
    generate_skus(spu_id=spu.pk, price=PRICE)

    answer = admin.post(_url(spu), data)

    assert answer.status_code in (200, 302)
    assert spu.skus.count() == 4


def test_a_sku_that_another_editor_added_meanwhile_is_left_alone(admin):
    spu = _phone(colours=["黑色"])
    data = _filled(admin, spu, price="50")
    save_specs(
        spu_id=spu.pk,
        specs=[
            SpecInput("颜色", [OptionInput("黑色"), OptionInput("红色")]),
            SpecInput("内存", [OptionInput("256GB"), OptionInput("512GB")]),
        ],
    )
    red = [option.pk for option in SpecOption.objects.filter(value__in=["红色", "256GB"])]
    generate_skus(spu_id=spu.pk, option_ids=red, price=PRICE)

    admin.post(_url(spu), data)

    assert sorted(spu.skus.values_list("price", flat=True)) == [Decimal("50.00"), Decimal("50.00"), PRICE]


def test_the_table_takes_as_many_queries_for_many_rows_as_for_few(admin):
    def queries(spu):
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(_url(spu)).status_code == 200
        return len(captured)

    def filled(colours):
        spu = _phone(colours=colours)
        for sku in generate_skus(spu_id=spu.pk, price=PRICE):
            Sku.objects.filter(pk=sku.pk).update(default_image=MallImageFactory())
        queries(spu)
        return spu

    few = queries(filled(["黑色"]))
    Sku.objects.all().delete()
    SpuFactory._meta.model.objects.update(code="OLD")

    assert queries(filled([f"色{n}" for n in range(8)])) == few


def test_unknown_products_and_options_are_no_error(admin):
    spu = _phone()

    assert admin.get(reverse("spu:matrix", args=[99])).status_code == 404
    assert admin.get(_url(spu) + "?option=x&option=99999999999999999999999").status_code == 200


def test_the_matrix_needs_the_permission_to_change_products_and_adjusting_its_own():
    spu = _phone()
    generate_skus(spu_id=spu.pk, price=PRICE)

    assert logged_in(clerk("shop.add_spu")).get(_url(spu)).status_code in (302, 403)
    editor = logged_in(clerk("shop.change_spu")).get(_url(spu)).content.decode()
    keeper = logged_in(clerk("shop.change_spu", "shop.add_stockmovement")).get(_url(spu)).content.decode()

    assert "data-adjust" not in editor
    assert "data-adjust" in keeper
