"""Content: a homepage with blocks, pages, ads. Made by the services that editors' screens stand beside."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from cms import building, services
from cms.models import CategoryAd, ContentIndexPage, ContentPage, HomePage, LandingPage
from tests.factories.catalog import CategoryFactory, MallImageFactory, SkuFactory


def make_home(*blocks: dict[str, Any], **fields: Any) -> HomePage:
    """A published homepage with these blocks."""
    return services.publish_home(blocks=list(blocks), **fields)


def make_banner(**changed: Any) -> dict[str, Any]:
    """A banner with a picture, leading to a path of the site."""
    given = {"title": "双11 主会场", "to": building.link(url="/1111/"), **changed}
    return building.banner(image=given.pop("image", None) or MallImageFactory().pk, **given)


def make_carousel(*banners: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A carousel with these banners, or with one."""
    return building.carousel(banners=list(banners) or [make_banner()], **changed)


def make_page(*blocks: dict[str, Any], slug: str = "delivery", title: str = "配送说明", **fields: Any) -> ContentPage:
    """A published content page with these blocks, or with a sentence."""
    return services.publish_content_page(
        slug=slug, title=title, blocks=list(blocks) or [building.text("<p>次日送达。</p>")], **fields
    )


def make_index(*, slug: str = "help", title: str = "帮助中心", **fields: Any) -> ContentIndexPage:
    """A published branch."""
    return services.publish_index_page(slug=slug, title=title, **fields)


def make_landing(*blocks: dict[str, Any], slug: str = "1111", title: str = "双11", **fields: Any) -> LandingPage:
    """A published landing page with these blocks."""
    return services.publish_landing_page(slug=slug, title=title, blocks=list(blocks), **fields)


def everything(count: int) -> list[dict[str, Any]]:
    """So many of every block, each with products, pictures and links of its own."""
    blocks: list[dict[str, Any]] = []
    for number in range(count):
        sku = SkuFactory()
        category = CategoryFactory()
        image = MallImageFactory().pk
        banner = make_banner(image=image, title=f"横幅 {number}", to=building.link(sku=sku.pk))
        page = make_page(slug=f"page-{number}", title=f"页面 {number}")
        rule = building.rule(order="best_selling", category=sku.spu.category_id)
        blocks += [
            make_carousel(banner),
            building.notices(lines=[building.notice(title=f"快讯 {number}", to=building.link(page=page.pk))]),
            building.entries(buttons=[building.entry(image=image, title="秒杀", to=building.link(search="手机"))]),
            building.ads(pictures=[banner]),
            building.floor(
                title=f"楼层 {number}",
                category=category.pk,
                logo=image,
                channels=[building.text_link(title="频道", to=building.link(category=category.pk))],
                tabs=[building.tab(title="新品", source=[building.picked(sku.pk), rule])],
            ),
            building.products(title="网格", source=[building.picked(sku.pk)], more=building.link(url="/all/")),
            building.recommended(source=[building.rule()]),
            building.rich_text(f'<p>文字 <a linktype="page" id="{page.pk}">配送</a></p>'),
            building.hotspots(
                image=image,
                title="热区",
                spots=[building.spot(title="区", x=1, y=2, width=30, height=40, to=building.link(sku=sku.pk))],
            ),
        ]
    return blocks


class CategoryAdFactory(DjangoModelFactory[CategoryAd]):
    """A live ad of a category, leading to a path of the site."""

    class Meta:
        model = CategoryAd
        skip_postgeneration_save = True

    category = factory.SubFactory(CategoryFactory)
    image = factory.SubFactory(MallImageFactory)
    title = factory.Sequence(lambda n: f"广告 {n}")
    link = factory.LazyFunction(lambda: [("url", "/sale/")])
    live = True

    @factory.post_generation
    def published(self: CategoryAd, create: bool, extracted: bool | None, **kwargs: Any) -> None:  # type: ignore[misc]
        """A live ad has a live revision, as one that an editor published; Wagtail's schedules need it."""
        if create and self.live and extracted is not False:
            self.save_revision().publish()
            self.refresh_from_db()
