"""Answers about content keep to what the OpenAPI document says, with the byte store on and off."""

import json

import pytest

from cms import building
from cms.services import save_site_settings
from tests.api.contract import contract
from tests.factories.catalog import MallImageFactory, SkuFactory
from tests.factories.content import (
    CategoryAdFactory,
    everything,
    make_home,
    make_index,
    make_landing,
    make_page,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[True, False], ids=["hot", "cold"])
def _hot_bytes(request, settings):
    settings.HOT_BYTES = request.param


@pytest.mark.usefixtures("_hot_bytes")
def test_every_route_of_content_answers_as_declared(api):
    sku = SkuFactory(market_price="199")
    picked = [building.picked(sku.pk)]
    blocks = everything(1)
    blocks.append(building.countdown(title="抢购", ends_at=_tomorrow(), source=picked, image=MallImageFactory().pk))
    make_home(*blocks, share_image=MallImageFactory())
    make_landing(*blocks)
    make_index()
    make_page(
        building.heading("标题"),
        building.text("<p>文字</p>"),
        building.quote("引文"),
        building.table(columns=["甲"], rows=[["乙"]]),
        building.question("问", "<p>答</p>"),
        building.picture(image=MallImageFactory().pk, alt="图"),
        building.product_cards(title="相关", source=picked),
        building.columns([building.text("<p>左</p>")], [building.quote("右")]),
        parent_slug="help",
    )
    ad = CategoryAdFactory()
    link = building.footer_link(title="见", to=building.link(url="/x/"))
    save_site_settings(
        logo=MallImageFactory(),
        footer=[building.footer_column(title="帮助", links=[link])],
    )

    for route in (
        *("home/", "banners/", "site/", "ads/?slot=index_lbt", "ads/?slot=index_1f_ssxp", "ads/?slot=nothing", "ads/"),
        *(
            "ads/?slot=category_list",
            f"ads/?slot=sku_detail&category={ad.category_id}",
            "ads/?slot=index_kx&category=x",
        ),
        *("pages/", "pages/?parent=help", "pages/?page=99", "pages/?page=x", "pages/delivery/", "pages/1111/"),
        *("pages/help/", "pages/none/"),
    ):
        for _first_and_kept in range(2):
            answer = api.get(f"/api/v1/{route}")
            contract.check(
                method="GET",
                path=f"/api/v1/{route}".partition("?")[0],
                status=answer.status_code,
                content_type=answer["Content-Type"],
                body=answer.content,
            )
            assert answer.status_code < 500
            json.loads(answer.content)


def _tomorrow():
    from datetime import timedelta

    from kernel import clock

    return clock.now() + timedelta(days=1)
