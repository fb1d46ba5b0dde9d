"""Rows of the catalog. Everything made here is on sale unless told otherwise, so a test names only what it is about."""

import io
from decimal import Decimal
from typing import Any

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory
from PIL import Image as Pillow

from media.models import MallImage
from shop.catalog.models import Brand, Category, Picture, Sku, SkuOption, Spec, SpecOption, Spu

#: Enough different colours that two pictures made one after the other differ in their bytes.
_COLOURS = [(200, 30, 40), (30, 120, 200), (240, 180, 20), (40, 160, 90), (120, 60, 170)]


def picture_bytes(
    *, width: int = 64, height: int = 64, colour: tuple[int, int, int] = (200, 30, 40), kind: str = "PNG"
) -> bytes:
    """The bytes of a real, small picture file of one colour."""
    buffer = io.BytesIO()
    Pillow.new("RGB", (width, height), colour).save(buffer, kind)
    return buffer.getvalue()


class MallImageFactory(DjangoModelFactory[MallImage]):
    """A picture with a real file behind it. ``MallImageFactory(file_bytes=b"…")`` stores that picture instead."""

    class Meta:
        model = MallImage
        skip_postgeneration_save = True

    class Params:
        file_bytes = None

    title = factory.Sequence(lambda n: f"图片 {n}")

    @factory.sequence
    def file(n: int) -> ContentFile:
        return ContentFile(picture_bytes(colour=_COLOURS[n % len(_COLOURS)]), name=f"picture-{n}.png")

    @classmethod
    def _adjust_kwargs(cls, **kwargs: Any) -> dict[str, Any]:
        given = kwargs.pop("file_bytes", None)
        if given is not None:
            kwargs["file"] = ContentFile(given, name="given.png")
        return kwargs


class CategoryFactory(DjangoModelFactory[Category]):
    """A category at the top, or under ``parent``; the level follows from the parent."""

    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"分类 {n}")
    slug = factory.Sequence(lambda n: f"category-{n}")
    parent = None
    level = factory.LazyAttribute(lambda made: made.parent.level + 1 if made.parent else 1)
    sort_order = factory.Sequence(lambda n: n)


class LeafCategoryFactory(CategoryFactory):
    """A category of the third level with its two parents: where products hang."""

    parent = factory.SubFactory(CategoryFactory, parent=factory.SubFactory(CategoryFactory))


class BrandFactory(DjangoModelFactory[Brand]):
    """A brand whose first letter is that of its name."""

    class Meta:
        model = Brand

    name = factory.Sequence(lambda n: f"Brand {n}")
    slug = factory.Sequence(lambda n: f"brand-{n}")
    first_letter = factory.LazyAttribute(
        lambda made: made.name[0].upper() if made.name[0].isascii() and made.name[0].isalpha() else "#"
    )


class SpuFactory(DjangoModelFactory[Spu]):
    """A product on sale, in a category of the third level, with a brand."""

    class Meta:
        model = Spu

    code = factory.Sequence(lambda n: f"SPU-{n:05}")
    name = factory.Sequence(lambda n: f"商品 {n}")
    caption = "下单即送好礼"
    slug = factory.Sequence(lambda n: f"spu-{n}")
    category = factory.SubFactory(LeafCategoryFactory)
    brand = factory.SubFactory(BrandFactory)
    status = Spu.Status.ON_SALE


class SpecFactory(DjangoModelFactory[Spec]):
    """A spec of an SPU, without options."""

    class Meta:
        model = Spec

    spu = factory.SubFactory(SpuFactory)
    name = factory.Sequence(lambda n: f"规格 {n}")
    sort_order = factory.Sequence(lambda n: n)


class SpecOptionFactory(DjangoModelFactory[SpecOption]):
    """An option of a spec."""

    class Meta:
        model = SpecOption

    spec = factory.SubFactory(SpecFactory)
    value = factory.Sequence(lambda n: f"选项 {n}")
    sort_order = factory.Sequence(lambda n: n)


class SkuFactory(DjangoModelFactory[Sku]):
    """A SKU on sale with 10 pieces, of an SPU of its own unless ``spu`` is given.

    ``options={"颜色": "黑色", "内存": "256GB"}`` gives it those options; specs and options that its
    SPU does not have yet are made. ``stock`` is written directly: no ledger row is made.
    """

    class Meta:
        model = Sku
        skip_postgeneration_save = True

    spu = factory.SubFactory(SpuFactory)
    code = factory.Sequence(lambda n: f"SKU-{n:05}")
    name = factory.LazyAttribute(lambda made: f"{made.spu.name} {made.code}")
    price = Decimal("99.00")
    market_price = None
    stock = 10
    weight_grams = 500
    is_on_sale = True

    @factory.post_generation
    def options(self: Sku, create: bool, extracted: dict[str, str] | None, **kwargs: Any) -> None:  # type: ignore[misc]
        if not create or not extracted:
            return
        for place, (spec_name, value) in enumerate(extracted.items()):
            spec, _ = Spec.objects.get_or_create(spu=self.spu, name=spec_name, defaults={"sort_order": place})
            option, _ = SpecOption.objects.get_or_create(
                spec=spec, value=value, defaults={"sort_order": spec.options.count()}
            )
            SkuOption.objects.create(sku=self, spec=spec, option=option)


class PictureFactory(DjangoModelFactory[Picture]):
    """A picture of an SPU's gallery, for all its SKUs unless ``sku`` is given."""

    class Meta:
        model = Picture

    spu = factory.SubFactory(SpuFactory)
    sku = None
    image = factory.SubFactory(MallImageFactory)
    sort_order = factory.Sequence(lambda n: n)
