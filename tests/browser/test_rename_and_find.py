"""What a merchant renames in the back office, a buyer finds by its new name."""

from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import Page

from accounts.models import User
from shop.catalog.services import skus_changed
from tests.factories.catalog import SkuFactory
from tests.factories.staff import superuser


def _found(server: str, text: str) -> list[str]:
    answer = httpx.get(f"{server}/api/v1/skus/search/", params={"text": text}, timeout=10)
    return [row["object"]["name"] for row in answer.json()["results"]]


def test_a_sku_renamed_in_the_back_office_is_found_by_its_new_name(
    live_server: Any, transactional_db: None, signed_in: Callable[[User], Page]
) -> None:
    sku = SkuFactory(spu__name="旧款台灯", name="旧款台灯 白色")
    skus_changed([sku.pk])
    assert _found(live_server.url, "极光吊扇") == []
    page = signed_in(superuser())

    page.goto(f"{live_server.url}/admin/sku/edit/{sku.pk}/")
    page.locator("[name=name]").fill("极光吊扇 白色")
    page.locator("form button[type=submit]").filter(has_text="保存").first.click()
    page.wait_for_load_state("load")

    assert _found(live_server.url, "极光吊扇") == ["极光吊扇 白色"]
