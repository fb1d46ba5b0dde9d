"""The category tree and one category's page."""

from ninja import Schema
from pydantic import Field

from api.schemas.base import ImagesOut, QueryIn
from api.schemas.brands import BrandOut
from api.schemas.catalog import BreadcrumbOut, SeoOut


class CategoryNodeOut(Schema):
    """A category with what is shown under it, three levels in all."""

    id: int
    name: str
    slug: str
    level: int = Field(description="1 at the top, 3 holds the products")
    images: ImagesOut | None
    children: list["CategoryNodeOut"]


class CategoryChildOut(Schema):
    """A category right under another."""

    id: int
    name: str
    slug: str
    images: ImagesOut | None


class CategoryOut(BreadcrumbOut):
    """A category's page: the way to it, what is under it, whose products it has."""

    id: int
    name: str
    slug: str
    level: int
    images: ImagesOut | None
    children: list[CategoryChildOut]
    brands: list[BrandOut] = Field(description="of what is on sale in it and below it")
    seo: SeoOut


class HotSkusIn(QueryIn):
    """How many best sellers."""

    limit: int = Field(2, ge=1, le=20)
