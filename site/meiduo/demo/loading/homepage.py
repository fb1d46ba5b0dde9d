"""The homepage, a landing page and the categories' ads."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from cms import building, services, slots
from cms.models import CategoryAd, ContentPage, LandingPage
from kernel import clock
from meiduo.demo.data import stage
from meiduo.demo.data.categories import TREE
from meiduo.demo.data.goods import PRODUCTS, top_of
from meiduo.demo.data.pages import NOTICES
from meiduo.demo.data.shapes import Top
from meiduo.demo.loading import staging
from meiduo.demo.loading.library import Library
from meiduo.demo.loading.progress import Report
from meiduo.demo.pictures.seeds import seeded
from shop.catalog.models import Category, Sku

Raw = dict[str, Any]

#: Path name of the landing page.
LANDING = "digital-season"
#: Categories whose floors come first, because the source system's floor slots are theirs, with the tabs of those.
SLOTTED = {
    "手机通讯": ("1f", ("ssxp", "cxdj", "sjpj")),
    "电脑办公": ("2f", ("cxdj", "jjhg", "")),
    "家居家装": ("3f", ("shyp", "cfyp", "")),
}


def load_homepage(library: Library, report: Report) -> None:
    """The homepage, the landing page and every category's ads are there; what was edited stays as it is."""
    home = services.ensure_site()
    has_ads = CategoryAd.objects.exists()
    has_landing = LandingPage.objects.filter(slug=LANDING).exists()
    if home.body and has_ads and has_landing:
        return
    images = staging.staged(library, report)
    categories = {row.name: row.pk for row in Category.objects.order_by("-level")}
    if not has_ads:
        _publish_ads(images, categories)
    if not has_landing:
        _publish_landing(images, categories)
    if not home.body:
        services.publish_home(
            blocks=_home_blocks(images, categories),
            title="美多商城",
            seo_title="美多商城 - 手机数码、家电、服饰、生鲜，一站购齐",
            search_description="美多商城提供手机数码、家用电器、服饰鞋包、美妆个护、食品生鲜等正品好物，全国配送，七天无理由退货。",
        )


def _home_blocks(images: Mapping[str, int], categories: Mapping[str, int]) -> Sequence[Raw]:
    pages = dict(ContentPage.objects.values_list("slug", "pk"))
    landing = LandingPage.objects.get(slug=LANDING).pk
    head = building.ad(image=images[staging.HEAD], title="全场好物，品质保证", to=building.link(page=landing))
    tops = sorted(TREE, key=lambda top: top.name not in SLOTTED)
    return [
        building.ads(pictures=[head], slot=slots.PAGE_HEAD),
        building.carousel(banners=_banners(images, categories, landing)),
        building.notices(
            lines=[building.notice(title=title, to=building.link(page=pages[slug])) for title, slug in NOTICES]
        ),
        building.entries(
            buttons=[
                building.entry(
                    image=images[staging.mark(top)], title=top.name, to=building.link(category=categories[top.name])
                )
                for top in TREE
            ]
        ),
        building.countdown(
            title="限时热卖",
            ends_at=clock.now() + timedelta(days=30),
            source=[building.rule(order="best_selling", mark="is_hot", max_price=Decimal(500))],
            count=6,
        ),
        *(_floor(top, images, categories) for top in tops),
        building.products(
            title="新品首发",
            source=[building.rule(order="newest", mark="is_new")],
            more=building.link(search="新品"),
        ),
        building.recommended(
            source=[
                *_picked("PH1001", "FO6201", "HA3001", "CL4005"),
                building.rule(order="best_selling", mark="is_recommended"),
                building.rule(order="best_selling"),
            ]
        ),
        building.rich_text(
            "<p><b>正品保证</b>　<b>七天无理由退货</b>　<b>16 点前付款当天发货</b>　<b>400-000-0000 客服热线</b></p>"
        ),
    ]


def _banners(images: Mapping[str, int], categories: Mapping[str, int], landing: int) -> Sequence[Raw]:
    """All are shown now; the last one also says when it goes, so that editors see how that is done."""
    last = len(stage.BANNERS) - 1
    return [
        building.banner(
            image=images[staging.banner(number)],
            title=one.title,
            text=one.text,
            to=building.link(page=landing) if number == 0 else building.link(category=categories[one.category]),
            times=building.schedule(expire_at=clock.now() + timedelta(days=90)) if number == last else None,
        )
        for number, one in enumerate(stage.BANNERS)
    ]


def _floor(top: Top, images: Mapping[str, int], categories: Mapping[str, int]) -> Raw:
    slot, tabs = SLOTTED.get(top.name, ("", ("", "", "")))
    category = categories[top.name]
    leaves = [leaf.name for branch in top.branches for leaf in branch.leaves]
    best = building.rule(order="best_selling", category=category)
    mine = [one for one in PRODUCTS if top_of()[one.category] == top]
    chosen = [one.code for one in mine if "recommended" in one.flags or "hot" in one.flags][:4]
    third = top.branches[1].name
    sources = (
        ("热门精选", [*_picked(*chosen), best]),
        ("畅想低价", [building.rule(order="cheapest", category=category)]),
        (third, [building.rule(order="best_selling", category=categories[third])]),
    )
    return building.floor(
        title=top.name,
        category=category,
        logo=images[staging.mark(top)],
        channels=[building.text_link(title=name, to=building.link(category=categories[name])) for name in leaves[:8]],
        tags=[building.text_link(title=name, to=building.link(search=name)) for name in _tags(top)],
        pictures=[
            building.ad(
                image=images[staging.small(top, number)],
                title=f"{top.name} {branch.name}",
                text=top.slogan,
                to=building.link(category=categories[branch.name]),
            )
            for number, branch in enumerate(top.branches[:2])
        ],
        tabs=[
            building.tab(title=title, source=source, slot=tab)
            for (title, source), tab in zip(sources, tabs, strict=True)
        ],
        slot=slot,
    )


def _tags(top: Top) -> Sequence[str]:
    """Brands of the category's products: words that buyers search for."""
    mine = [one.brand for one in PRODUCTS if top_of()[one.category] == top]
    return list(dict.fromkeys(mine))[:6]


def _publish_ads(images: Mapping[str, int], categories: Mapping[str, int]) -> None:
    for top in TREE:
        category = categories[top.name]
        for slot, key in ((slots.CATEGORY_LIST, staging.wide(top)), (slots.SKU_DETAIL, staging.small(top, 1))):
            services.publish_category_ad(
                category_id=category,
                slot=slot,
                title=f"{top.name} {top.slogan}",
                image_id=images[key],
                link=building.link(category=category),
                text=top.slogan,
            )


def _publish_landing(images: Mapping[str, int], categories: Mapping[str, int]) -> None:
    first = stage.BANNERS[0]
    to = building.link(category=categories[first.category])
    services.publish_landing_page(
        slug=LANDING,
        title=first.title,
        blocks=[
            building.carousel(
                banners=[building.banner(image=images[staging.banner(0)], title=first.title, text=first.text, to=to)]
            ),
            building.products(
                title="旗舰手机", source=[building.rule(order="best_selling", category=categories["智能手机"])]
            ),
            building.products(
                title="轻薄与电竞", source=[building.rule(order="best_selling", category=categories["电脑整机"])]
            ),
            building.products(
                title="耳机音箱", source=[building.rule(order="best_selling", category=categories["智能影音"])]
            ),
        ],
        search_description=first.text,
    )


def _picked(*codes: str) -> list[Raw]:
    """One SKU of each of these products that can be bought, in any of its colours; nothing if there is none."""
    by_product: dict[str, list[int]] = {}
    rows = Sku.objects.filter(spu__code__in=codes, stock__gt=0).order_by("pk").values_list("spu__code", "pk")
    for code, sku_id in rows:
        by_product.setdefault(code, []).append(sku_id)
    chosen = [seeded("pick", code).choice(by_product[code]) for code in codes if code in by_product]
    return [building.picked(*chosen)] if chosen else []
