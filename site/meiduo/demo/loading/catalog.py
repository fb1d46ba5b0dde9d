"""Categories, brands and products of the demo, through the catalog's own services."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import clock
from kernel.money import yuan
from meiduo.demo.data.brands import BRANDS
from meiduo.demo.data.categories import TREE
from meiduo.demo.data.goods import PRODUCTS, PROMISES, combinations, top_of
from meiduo.demo.data.shapes import Option, Product, Top
from meiduo.demo.loading.library import Library, Wanted
from meiduo.demo.loading.progress import Report
from meiduo.demo.loading.texts import detail_html, packing_html, service_html
from meiduo.demo.pictures import CardOrder, FamilyOrder, LogoOrder
from meiduo.demo.pictures.seeds import seeded
from shop.catalog.models import Brand, Category, Sku, Spu
from shop.catalog.services import (
    OptionInput,
    PictureInput,
    SkuRow,
    SpecInput,
    catalog_changed,
    save_brand,
    save_category,
    save_pictures,
    save_skus,
    save_specs,
    save_spu,
)
from shop.stock.services import Cause, set_stock

#: What the ledger names as the origin of the first pieces.
REFERENCE = "demo"


def load_categories(report: Report) -> None:
    """The three levels are there; a category that is there already stays as it is."""
    with report.step(_("商品分类"), len(TREE)) as advance:
        for one in TREE:
            with transaction.atomic():
                top = _category(one.name, None, one.slogan)
                for branch in one.branches:
                    middle = _category(branch.name, top, one.slogan)
                    for leaf in branch.leaves:
                        _category(leaf.name, middle, one.slogan)
            advance()


def _category(name: str, parent: Category | None, slogan: str) -> Category:
    known = Category.objects.filter(name=name, parent=parent).first()
    return known or save_category(
        name=name,
        parent_id=parent.pk if parent else None,
        seo_title=f"{name} - 美多商城",
        seo_description=f"美多商城{name}频道：{slogan}，正品保证，全国配送。",
    )


def load_brands(library: Library, report: Report) -> None:
    """The brands are there, each with its logo."""
    known = set(Brand.objects.values_list("name", flat=True))
    missing = [maker for maker in BRANDS if maker.name not in known]
    logos = [[Wanted(LogoOrder(maker.latin, maker.ink), maker.name, f"{maker.name}标志")] for maker in missing]
    with report.step(_("品牌"), len(missing)) as advance, library.hanging(logos) as pictures:
        for maker, (logo_id,) in zip(missing, pictures, strict=True):
            save_brand(
                name=maker.name,
                slug=maker.latin.lower(),
                logo_id=logo_id,
                description=maker.description,
                sort_order=BRANDS.index(maker),
                seo_title=f"{maker.name}官方正品 - 美多商城",
                seo_description=maker.description,
            )
            advance()


def load_products(library: Library, report: Report) -> None:
    """Every product is there with its SKUs, pictures and stock; one that is there already stays as it is."""
    known = set(Spu.objects.filter(code__in=[one.code for one in PRODUCTS]).values_list("code", flat=True))
    missing = [one for one in PRODUCTS if one.code not in known]
    wanted = [_pictures_of(one) for one in missing]
    categories = dict(Category.objects.filter(level=3).values_list("name", "pk"))
    brands = dict(Brand.objects.values_list("name", "pk"))
    started = clock.now()
    with report.step(_("商品与图片"), len(missing)) as advance, library.hanging(wanted) as pictures:
        for product, image_ids in zip(missing, pictures, strict=True):
            _load_product(product, image_ids, categories[product.category], brands[product.brand], started)
            advance()


def _inks(product: Product) -> list[tuple[str, str]]:
    """The colours that a product is drawn in, each with the option that has it (empty where there is none)."""
    inks = [(option.ink, option.value) for one in product.specs for option in one.options if option.ink]
    return inks or [(product.ink, "")]


def _pictures_of(product: Product) -> list[Wanted]:
    """One per colour, then one of all colours together, or from near where there is only one."""
    inks = _inks(product)
    pictures = [
        Wanted(
            CardOrder(product.kind, ink, product.code),
            f"{product.name} {value}".strip(),
            f"{product.name}的商品图，{value}".rstrip("，"),
        )
        for ink, value in inks
    ]
    if len(inks) > 1:
        all_inks = FamilyOrder(product.kind, tuple(ink for ink, _value in inks[:4]), product.code)
        alt = f"{product.name}的各种颜色"
        pictures.append(Wanted(all_inks, f"{product.name} 全系列", alt))
    else:
        near = CardOrder(product.kind, inks[0][0], product.code, close=True)
        alt = f"{product.name}的细节图"
        pictures.append(Wanted(near, f"{product.name} 细节", alt))
    return pictures


@transaction.atomic
def _load_product(product: Product, image_ids: Sequence[int], category_id: int, brand_id: int, now: datetime) -> None:
    top = top_of()[product.category]
    flags = product.flags.split()
    *colour_ids, last_id = image_ids
    spu = save_spu(
        code=product.code,
        name=product.name,
        caption=product.caption,
        category_id=category_id,
        brand_id=brand_id,
        status=Spu.Status.DRAFT if "draft" in flags else Spu.Status.ON_SALE,
        on_sale_at=_in_days(now, product.on_sale_in),
        off_sale_at=_in_days(now, product.off_sale_in),
        is_new="new" in flags,
        is_hot="hot" in flags,
        is_recommended="recommended" in flags,
        ship_free="ship_free" in flags,
        default_image_id=colour_ids[0],
        detail=detail_html(product),
        packing=packing_html(product),
        service=service_html(PROMISES[top.service]),
        seo_title=f"{product.name} 价格 图片 参数 - 美多商城",
        seo_description=f"{product.name}：{product.caption}",
    )
    specs = save_specs(
        spu_id=spu.pk,
        specs=[SpecInput(one.name, [OptionInput(option.value) for option in one.options]) for one in product.specs],
    )
    option_ids = {option.value: option.pk for one in specs for option in one.options.all()}
    image_of = dict(zip((value for _ink, value in _inks(product)), colour_ids, strict=True))
    skus = save_skus(
        spu_id=spu.pk,
        rows=[_row(product, values, option_ids, image_of, place) for place, values in enumerate(combinations(product))],
    )
    own = [PictureInput(sku.default_image_id, sku.pk) for sku in skus if sku.default_image_id]
    shared = [PictureInput(last_id)] if any(image_of) else [PictureInput(colour_ids[0]), PictureInput(last_id)]
    save_pictures(spu_id=spu.pk, pictures=[*own, *shared])
    set_stock(counts={sku.pk: _stock(sku) for sku in skus}, cause=Cause.INITIAL, reference=REFERENCE)
    _give_a_past(spu, skus, top, now)


def _in_days(now: datetime, days: int | None) -> datetime | None:
    return None if days is None else now + timedelta(days=days)


def _row(
    product: Product,
    values: Sequence[str],
    option_ids: dict[str, int],
    image_of: dict[str, int],
    place: int,
) -> SkuRow:
    chosen = [_option(product, value) for value in values]
    price = yuan(product.price) + sum((option.extra for option in chosen), Decimal(0))
    chance = seeded("price", product.code)
    # Round tens above the price; a merchant of cheap things strikes through cheap prices.
    unit = Decimal(10) if price >= 100 else Decimal(1)
    market = (price * Decimal(str(round(chance.uniform(1.08, 1.35), 2))) / unit).to_integral_value() * unit
    row: SkuRow = {
        "option_ids": [option_ids[value] for value in values],
        "code": f"{product.code}-{place + 1:02}",
        "price": price,
        "market_price": yuan(market) if market > price else None,
        "cost_price": yuan(price * Decimal(str(round(chance.uniform(0.58, 0.82), 2)))),
        "weight_grams": product.grams,
        "sort_order": place,
        "default_image_id": next((image_of[value] for value in values if value in image_of), None),
    }
    return row


def _option(product: Product, value: str) -> Option:
    return next(option for one in product.specs for option in one.options if option.value == value)


def _stock(sku: Sku) -> int:
    """Most have plenty, some are nearly gone, a few are sold out."""
    chance = seeded("stock", sku.code)
    share = chance.random()
    if share < 0.035:
        return 0
    return chance.randint(1, 5) if share < 0.1 else chance.randint(20, 600)


def _give_a_past(spu: Spu, skus: Sequence[Sku], top: Top, now: datetime) -> None:
    """Let products differ in age, sales and views, so that every order of a list is a different one."""
    chance = seeded("past", spu.code)
    newest = 21 if spu.is_new else 400
    created = now - timedelta(days=chance.uniform(1, newest), minutes=chance.uniform(0, 1440))
    liked = chance.uniform(0.15, 1) * (3 if spu.is_hot else 1)
    sold = 0
    for sku in skus:
        sales = round(liked * seeded("sales", sku.code).uniform(40, 2600) / (1 + float(sku.price) / 400))
        sold += sales
        Sku.objects.filter(pk=sku.pk).update(
            sales=sales, created_at=created + timedelta(minutes=sku.sort_order), updated_at=created
        )
    Spu.objects.filter(pk=spu.pk).update(views=sold * chance.randint(6, 30), created_at=created, updated_at=created)


@transaction.atomic
def load_category_pictures() -> None:
    """Every category without a picture shows one of its products."""
    pictures: dict[int, int] = {}
    for spu in (
        Spu.objects.filter(default_image__isnull=False).order_by("pk").select_related("category__parent__parent")
    ):
        category: Category | None = spu.category
        while category is not None:
            if category.image_id is None and spu.default_image_id:
                pictures.setdefault(category.pk, spu.default_image_id)
            category = category.parent
    # One by one, the service would lock and read the whole tree for each of them.
    for category_id, image_id in pictures.items():
        Category.objects.filter(pk=category_id).update(image_id=image_id)
    if pictures:
        catalog_changed()
