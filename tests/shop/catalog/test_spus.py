"""Making, changing, switching and deleting products."""

from datetime import timedelta
from decimal import Decimal

import pytest

from kernel import clock
from shop.catalog import selectors
from shop.catalog.errors import (
    CategoryNotFound,
    CategoryNotThird,
    FieldInvalid,
    NothingToSell,
    SaleTimesReversed,
    SkuNotFound,
    SkuSold,
    SpuNotFound,
    SpuSold,
    Taken,
)
from shop.catalog.events import SkusChanged
from shop.catalog.models import Picture, Sku, SkuOption, Spec, Spu
from shop.catalog.services import (
    PictureInput,
    delete_sku,
    delete_spu,
    generate_skus,
    put_on_sale,
    save_pictures,
    save_spu,
    set_spu_flags,
    take_off_sale,
)
from shop.catalog.services.deleting import ORDER_CAUSES
from shop.stock.models import StockMovement
from shop.stock.services import give_back_pieces, set_stock, take_pieces
from tests.factories.catalog import (
    BrandFactory,
    CategoryFactory,
    LeafCategoryFactory,
    MallImageFactory,
    PictureFactory,
    SkuFactory,
    SpuFactory,
)

pytestmark = pytest.mark.django_db


def _new(**fields):
    return save_spu(**{"code": "M60", "name": "Mate 60", "category_id": LeafCategoryFactory().pk, **fields})


def test_a_new_product_is_a_draft_with_a_path_name_and_clean_texts():
    spu = _new(name="华为 Mate 60", detail="<p>好</p><script>x</script>", brand_id=BrandFactory().pk)

    spu.refresh_from_db()
    assert (spu.status, spu.slug, spu.detail) == (Spu.Status.DRAFT, "hua-wei-mate-60", "<p>好</p>")


def test_a_code_that_somebody_has_is_refused_at_its_field():
    SpuFactory(code="M60")

    with pytest.raises(Taken) as refused:
        _new()

    assert refused.value.field == "code"


def test_products_hang_at_the_third_level_only():
    with pytest.raises(CategoryNotThird) as refused:
        _new(category_id=CategoryFactory().pk)
    assert refused.value.field == "category"
    with pytest.raises(CategoryNotFound):
        _new(category_id=99)


@pytest.mark.parametrize("hours", [0, -1])
def test_a_sale_ends_after_it_starts(hours):
    start = clock.now()

    with pytest.raises(SaleTimesReversed) as refused:
        _new(on_sale_at=start, off_sale_at=start + timedelta(hours=hours))

    assert refused.value.field == "off_sale_at"
    assert not Spu.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"code": ""}, "code"),
        ({"caption": "长" * 201}, "caption"),
        ({"seo_title": "坏\x00"}, "seo_title"),
        ({"brand_id": 99}, "brand"),
        ({"default_image_id": 99}, "default_image"),
        ({"status": 9}, "status"),
    ],
)
def test_a_wrong_value_is_named_by_its_field(fields, field):
    with pytest.raises(FieldInvalid) as refused:
        _new(**fields)

    assert refused.value.field == field


def test_a_change_is_told_for_every_sku_and_what_is_not_said_stays(emitted):
    spu = SpuFactory(caption="旧")
    skus = SkuFactory.create_batch(2, spu=spu)

    save_spu(spu_id=spu.pk, packing="<p>手机 ×1</p>")

    spu.refresh_from_db()
    assert (spu.caption, spu.packing) == ("旧", "<p>手机 ×1</p>")
    assert list(emitted) == [SkusChanged(sku_ids=tuple(sku.pk for sku in skus))]
    assert not Sku.objects.filter(index_dirty_at=None).exists()


def test_saving_what_is_already_so_tells_nobody(emitted):
    spu = SkuFactory().spu

    save_spu(spu_id=spu.pk, name=spu.name)

    assert emitted == []


def test_a_counter_raised_meanwhile_is_not_written_back():
    spu = SpuFactory()
    real_save = Spu.save

    def save_while_somebody_looks(self, *args, **kwargs):
        Spu.objects.filter(pk=self.pk).update(views=7)
        real_save(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Spu, "save", save_while_somebody_looks)
        save_spu(spu_id=spu.pk, caption="新")

    spu.refresh_from_db()
    assert (spu.views, spu.caption) == (7, "新")


def test_skus_follow_the_name_of_their_product_unless_named_by_hand():
    spu = SpuFactory(name="Mate 60")
    SkuFactory(spu=spu, name="Mate 60 黑色", options={"颜色": "黑色"})
    SkuFactory(spu=spu, name="典藏白", options={"颜色": "白色"})

    save_spu(spu_id=spu.pk, name="Mate 70")

    assert set(spu.skus.values_list("name", flat=True)) == {"Mate 70 黑色", "典藏白"}


def test_an_unknown_product_is_not_found():
    for change in (lambda: save_spu(spu_id=99, name="x"), lambda: delete_spu(spu_id=99)):
        with pytest.raises(SpuNotFound):
            change()
    with pytest.raises(SkuNotFound):
        delete_sku(sku_id=99)


# -- switching many


def test_putting_on_sale_shows_the_products_at_once_whatever_their_times_said(emitted):
    now = clock.now()
    early = SkuFactory(spu__status=Spu.Status.DRAFT, spu__on_sale_at=now + timedelta(days=1))
    late = SkuFactory(spu__status=Spu.Status.OFF_SALE, spu__off_sale_at=now - timedelta(days=1))

    switched = put_on_sale(spu_ids=[early.spu_id, late.spu_id])

    assert switched == 2
    assert set(selectors.skus_on_sale()) == {early, late}
    assert list(emitted) == [SkusChanged(sku_ids=(early.pk, late.pk))]


def test_nothing_goes_on_sale_when_one_of_the_products_has_nothing_to_sell():
    good = SkuFactory(spu__status=Spu.Status.DRAFT)
    empty = SpuFactory(status=Spu.Status.DRAFT, name="空商品")
    SkuFactory(spu=empty, is_on_sale=False)

    with pytest.raises(NothingToSell) as refused:
        put_on_sale(spu_ids=[good.spu_id, empty.pk])

    assert "空商品" in refused.value.message
    assert not selectors.skus_on_sale().exists()


def test_taking_off_sale_leaves_drafts_alone():
    live, draft = SkuFactory(), SkuFactory(spu__status=Spu.Status.DRAFT)

    assert take_off_sale(spu_ids=[live.spu_id, draft.spu_id]) == 1

    assert Spu.objects.get(pk=live.spu_id).status == Spu.Status.OFF_SALE
    assert Spu.objects.get(pk=draft.spu_id).status == Spu.Status.DRAFT


def test_marks_are_given_to_many_and_counted_where_they_are_new(emitted):
    a, b = SkuFactory(spu__is_new=True), SkuFactory()

    assert set_spu_flags(spu_ids=[a.spu_id, b.spu_id], is_new=True) == 1

    assert Spu.objects.filter(is_new=True).count() == 2
    assert list(emitted) == [SkusChanged(sku_ids=(a.pk, b.pk))]


# -- deleting


def test_a_product_never_ordered_goes_with_all_that_belongs_to_it(emitted):
    spu = SpuFactory(status=Spu.Status.DRAFT)
    sku = SkuFactory(spu=spu, stock=0, options={"颜色": "黑色"})
    PictureFactory(spu=spu, sku=sku)
    set_stock(counts={sku.pk: 5}, cause=StockMovement.Cause.INITIAL, reference="")

    delete_spu(spu_id=spu.pk)

    for model in (Spu, Sku, SkuOption, Spec, Picture, StockMovement):
        assert not model.objects.exists()
    assert emitted[-1] == SkusChanged(sku_ids=(sku.pk,))


@pytest.mark.parametrize("given_back", [False, True])
def test_what_was_ever_ordered_is_not_deleted(given_back):
    sku = SkuFactory()
    take_pieces(pieces={sku.pk: 1}, cause=StockMovement.Cause.ORDERED, reference="1")
    if given_back:
        give_back_pieces(pieces={sku.pk: 1}, cause=StockMovement.Cause.RETURNED, reference="1")

    with pytest.raises(SkuSold):
        delete_sku(sku_id=sku.pk)
    with pytest.raises(SpuSold) as refused:
        delete_spu(spu_id=sku.spu_id)

    assert "下架" in refused.value.message
    assert Sku.objects.filter(pk=sku.pk).exists()


def test_a_sku_with_sales_from_before_the_ledger_is_not_deleted():
    sku = SkuFactory(sales=3)

    with pytest.raises(SkuSold):
        delete_sku(sku_id=sku.pk)


def test_the_causes_of_orders_are_those_of_the_ledger():
    cause = StockMovement.Cause

    assert set(ORDER_CAUSES) == set(cause.values) - {cause.INITIAL, cause.IMPORTED, cause.ADJUSTED}


def test_one_sku_goes_and_its_options_stay():
    spu = SpuFactory()
    black = SkuFactory(spu=spu, options={"颜色": "黑色"})
    SkuFactory(spu=spu, options={"颜色": "白色"})

    delete_sku(sku_id=black.pk)

    assert spu.skus.count() == 1
    assert generate_skus(spu_id=spu.pk, price=Decimal("1"))[0].name.endswith("黑色")


# -- pictures


def test_the_gallery_becomes_what_was_said_and_the_first_is_the_default_picture(emitted):
    spu = SpuFactory()
    sku = SkuFactory(spu=spu)
    a, b, c = MallImageFactory.create_batch(3)
    old = PictureFactory(spu=spu, image=b)
    told = len(emitted)

    rows = save_pictures(
        spu_id=spu.pk, pictures=[PictureInput(a.pk, sku_id=sku.pk), PictureInput(c.pk), PictureInput(b.pk)]
    )

    assert [(row.image, row.sku) for row in spu.pictures.order_by("sort_order")] == [(a, sku), (c, None), (b, None)]
    assert rows[2].pk == old.pk
    spu.refresh_from_db()
    assert spu.default_image == c
    assert emitted[told:] == [SkusChanged(sku_ids=(sku.pk,))]

    save_pictures(spu_id=spu.pk, pictures=[PictureInput(b.pk)])
    spu.refresh_from_db()
    assert list(spu.pictures.values_list("image", flat=True)) == [b.pk]
    assert spu.default_image == c


def test_saving_the_same_gallery_tells_nobody(emitted):
    picture = PictureFactory(sort_order=0)
    SkuFactory(spu=picture.spu)
    told = len(emitted)

    save_pictures(spu_id=picture.spu_id, pictures=[PictureInput(picture.image_id)])

    assert len(emitted) == told


def test_a_picture_cannot_be_for_a_sku_of_another_product():
    with pytest.raises(FieldInvalid):
        save_pictures(spu_id=SpuFactory().pk, pictures=[PictureInput(MallImageFactory().pk, sku_id=SkuFactory().pk)])
