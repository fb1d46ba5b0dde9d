"""What the first view of a page needs, as the API's own routes answer it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from pydantic import TypeAdapter

from api.pagination import MOST
from api.routers.categories import get_category, list_categories
from api.routers.home import get_home, get_site, list_ads
from api.routers.pages import get_page, list_pages
from api.routers.search import search_skus
from api.routers.skus import get_sku
from api.schemas.home import AdsIn
from api.schemas.pages import PagesIn
from api.schemas.search import SearchIn

V1 = "/api/v1"
#: Rows of a list's first page; the storefront asks for as many.
PAGE_SIZE = 20
#: The slot of the ads above a category's products.
CATEGORY_SLOT = "category_list"


class Answer:
    """One answer; read only where a page is rendered anew."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    @cached_property
    def data(self) -> Any:
        return json.loads(self._body)


@dataclass
class Answers:
    """Answers by the address that the storefront would ask."""

    request: HttpRequest
    raw: dict[str, bytes] = field(default_factory=dict)

    def take(self, address: str, view: Callable[..., HttpResponse], **arguments: Any) -> "Answer":
        """Keep this route's answer, and give it. Raises: what the route raises."""
        return self._keep(address, view(self._plain(), **arguments).content)

    def _keep(self, address: str, body: bytes) -> "Answer":
        self.raw[address] = body
        return Answer(body)

    def _plain(self) -> HttpRequest:
        """A request of the mall's own: its answer is neither packed for a browser nor remembered as the page's."""
        plain = HttpRequest()
        plain.method = "GET"
        plain.META = {"REQUEST_METHOD": self.request.META.get("REQUEST_METHOD", "GET")}
        return plain

    def give(self, address: str, schema: Any, value: Any) -> "Answer":
        """Keep what the API would answer here if this were public."""
        shape: TypeAdapter[Any] = TypeAdapter(schema)
        return self._keep(address, shape.dump_json(shape.validate_python(value, from_attributes=True)))

    def site(self) -> "Answer":
        return self.take(f"{V1}/site/", get_site)

    def categories(self) -> "Answer":
        return self.take(f"{V1}/categories/", list_categories)

    def home(self) -> "Answer":
        return self.take(f"{V1}/home/", get_home)

    def category(self, category_id: int) -> "Answer":
        return self.take(f"{V1}/categories/{category_id}/", get_category, category_id=category_id)

    def ads(self, category_id: int) -> "Answer":
        """What stands above a category's products."""
        asked = {"slot": CATEGORY_SLOT, "category": category_id}
        return self.take(f"{V1}/ads/?{urlencode(asked)}", list_ads, query=AdsIn.model_validate(asked))

    def sku(self, sku_id: int) -> "Answer":
        return self.take(f"{V1}/skus/{sku_id}/", get_sku, sku_id=sku_id)

    def page(self, slug: str) -> "Answer":
        return self.take(f"{V1}/pages/{slug}/", get_page, slug=slug)

    def pages(self) -> "Answer":
        """The heads of all pages, as a content page asks for them."""
        return self.take(f"{V1}/pages/?page_size={MOST}", list_pages, query=PagesIn.model_validate({"page_size": MOST}))

    def listing(self, **query: Any) -> "Answer":
        """The first page of a list."""
        asked = {**query, "page": 1, "page_size": PAGE_SIZE}
        return self.take(f"{V1}/skus/search/?{urlencode(asked)}", search_skus, query=SearchIn(**asked))

    @property
    def scripts(self) -> list[tuple[str, str]]:
        """Addresses and answers, safe inside ``<script type="application/json">``."""
        return [(address, body.replace(b"<", b"\\u003c").decode()) for address, body in self.raw.items()]
