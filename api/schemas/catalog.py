"""What categories, brands and SKUs have in common."""

from typing import Any, Literal

from django.conf import settings
from ninja import Schema
from pydantic import Field

from cms.selectors.addresses import category_path
from shop.catalog.selectors import Breadcrumb


class SeoOut(Schema):
    """What search engines and shared links show."""

    title: str
    description: str


class CategoryRefOut(Schema):
    """A category by name."""

    id: int
    name: str


class ChannelOut(Schema):
    """A category of the top level with the address of its page."""

    url: str
    category: CategoryRefOut


class BreadcrumbOut(Schema):
    """The way from the top, as the project's first clients print it: ``cat1`` has an address, the others are plain."""

    cat1: ChannelOut
    cat2: CategoryRefOut | Literal[""] = Field(description="an empty text where the way ends above it")
    cat3: CategoryRefOut | Literal[""]


def breadcrumb_out(way: Breadcrumb) -> dict[str, Any]:
    """A way as ``BreadcrumbOut`` wants it."""
    return {
        "cat1": {"url": f"{settings.PUBLIC_URL}{category_path(way.cat1.pk)}", "category": way.cat1},
        "cat2": way.cat2 or "",
        "cat3": way.cat3 or "",
    }
