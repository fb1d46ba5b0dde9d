"""Changing brands."""

import pytest

from shop.catalog.errors import BrandInUse, BrandNotFound, Taken
from shop.catalog.events import CatalogChanged, SkusChanged
from shop.catalog.models import Brand
from shop.catalog.services import delete_brand, place_brand, save_brand
from tests.factories.catalog import BrandFactory, SkuFactory

pytestmark = pytest.mark.django_db


def test_a_brand_gets_its_letter_and_its_path_name_from_its_name():
    brand = save_brand(name="华为")

    assert (brand.first_letter, brand.slug) == ("H", "hua-wei")
    assert save_brand(brand_id=brand.pk, name="7喜").first_letter == "#"


def test_a_renamed_brand_keeps_its_path_name_and_its_products_are_told(emitted):
    sku = SkuFactory()
    brand = sku.spu.brand

    save_brand(brand_id=brand.pk, name="小米")

    brand.refresh_from_db()
    assert (brand.first_letter, brand.slug.startswith("brand-")) == ("X", True)
    assert list(emitted) == [CatalogChanged(), SkusChanged(sku_ids=(sku.pk,))]


def test_two_brands_with_one_name_are_refused():
    BrandFactory(name="华为")

    with pytest.raises(Taken) as refused:
        save_brand(name="华为")

    assert refused.value.field == "name"
    assert "华为" in refused.value.message


def test_saving_what_is_already_so_tells_nobody(emitted):
    brand = BrandFactory()

    save_brand(brand_id=brand.pk, name=brand.name)

    assert emitted == []


def test_a_brand_takes_its_new_place():
    a, _b, c = (BrandFactory(name=name) for name in "abc")

    place_brand(brand_id=c.pk, position=0)

    assert list(Brand.objects.values_list("name", flat=True)) == ["c", "a", "b"]
    place_brand(brand_id=a.pk, position=5)
    assert list(Brand.objects.values_list("name", flat=True)) == ["c", "b", "a"]


def test_a_brand_with_products_stays_and_one_without_goes():
    used, unused = SkuFactory().spu.brand, BrandFactory()

    with pytest.raises(BrandInUse):
        delete_brand(brand_id=used.pk)
    delete_brand(brand_id=unused.pk)

    assert list(Brand.objects.all()) == [used]


def test_unknown_brands_are_not_found():
    for change in (
        lambda: save_brand(brand_id=99, name="x"),
        lambda: delete_brand(brand_id=99),
        lambda: place_brand(brand_id=99, position=0),
    ):
        with pytest.raises(BrandNotFound):
            change()
