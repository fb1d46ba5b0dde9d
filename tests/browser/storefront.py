"""The built storefront before a browser: one build for all tests, made again only where its sources changed."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from meiduo.env import env
from meiduo.storefront.building import CannotBuild, build

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
SCREENS = {"phone": PHONE, "desk": DESK}


@pytest.fixture(scope="session")
def storefront_dist() -> Path:
    """The built storefront. Test processes side by side wait for the one that builds."""
    dist = env().var_dir / "tests" / "storefront-built" / "dist"
    try:
        build(dist=dist)
    except CannotBuild as reason:
        if os.environ.get("REQUIRE_CHROMIUM"):
            raise
        pytest.skip(f"the storefront cannot be built here: {reason}")
    return dist


@pytest.fixture
def mall(live_server: Any, transactional_db: None, settings: Any, storefront_dist: Path) -> str:
    """The address of a running mall with its storefront."""
    settings.STOREFRONT_DIST = storefront_dist
    settings.PUBLIC_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def visit(browser: Browser, mall: str) -> Iterator[Callable[..., Page]]:
    """Opens a path of the shop on a phone or a desk; an error of a script fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[Any] = []

    def open_path(path: str = "/", *, screen: str = "desk", **options: Any) -> Page:
        context = browser.new_context(locale="zh-CN", base_url=mall, **{**SCREENS[screen], **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(error))
        page.goto(path)
        return page

    yield open_path
    for context in contexts:
        context.close()
    assert wrong == []


def keep_picture(page: Page, name: str, *, full_page: bool = False) -> None:
    """Keep a picture of the screen where SCREENSHOTS says, for a person to look at."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=full_page)
