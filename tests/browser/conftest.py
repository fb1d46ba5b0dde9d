"""A real Chromium before a real server: what staff see and click."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import User
from tests.browser.storefront import mall, storefront_dist, visit

__all__ = ["mall", "storefront_dist", "visit"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands in this folder needs the browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, that calls nobody."""
    binary = os.environ.get("CHROMIUM_BIN") or shutil.which("chromium") or shutil.which("chromium-browser")
    return {
        **browser_type_launch_args,
        "executable_path": binary,
        "args": ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
    }


@pytest.fixture(scope="session")
def base_url() -> None:
    """Every test names its server. (pytest 9.2 warns of the plugin's own fixture of this name.)"""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "viewport": {"width": 1400, "height": 1000}}


@pytest.fixture(scope="session", autouse=True)
def _database_beside_playwrights_loop() -> Iterator[None]:
    """Playwright's synchronous face leaves an event loop running in this thread, where Django refuses the ORM.

    For the rest of the session, because the loop and the clearing of tables outlive each test.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(autouse=True)
def _nobody_is_still_served(live_server: Any, transactional_db: None) -> Iterator[None]:
    """The tables are emptied only when no request is under way: a closed browser does not end what it asked for."""
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + 20
    # Stand-ins of earlier tests may still have somebody waiting; what began before is none of this test's.
    while any("process_request_thread" in one.name for one in threading.enumerate() if one not in before):
        if time.monotonic() > end:
            # A connection that is kept open and asks nothing harms no table.
            break
        time.sleep(0.05)


@pytest.fixture
def signed_in(live_server: Any, context: BrowserContext) -> Callable[[User], Page]:
    """Opens a page of the live server's admin for somebody who is already signed in."""

    def open_for(user: User) -> Page:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        return context.new_page()

    return open_for


@pytest.fixture(autouse=True)
def _nothing_breaks_the_content_policy(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever any browser of the test refuses to load or run is a page that breaks its own Content-Security-Policy."""
    refused: list[str] = []
    make = browser.new_context

    def look(message: Any) -> None:
        if "Content Security Policy" in message.text:
            refused.append(f"{message.page.url if message.page else ''}: {message.text}")

    def watched(*args: Any, **options: Any) -> BrowserContext:
        context = make(*args, **options)
        context.on("console", look)
        return context

    monkeypatch.setattr(browser, "new_context", watched)
    yield
    assert refused == []
