"""Brands: the A–Z page and one brand's own."""

from typing import Any

from ninja import Schema
from pydantic import Field

from api.schemas.base import ImagesOut
from api.schemas.catalog import SeoOut


class BrandOut(Schema):
    """A brand of a list."""

    id: int
    name: str
    slug: str
    first_letter: str = Field(description="A–Z, or `#`")
    logo: ImagesOut | None


class BrandDetailOut(BrandOut):
    """A brand's own page."""

    description: str
    skus_url: str = Field(description="the page of what is on sale of it")
    seo: SeoOut


def brand_out(brand: Any, logos: dict[int, Any]) -> dict[str, Any]:
    """A brand as ``BrandOut`` wants it, with the logos that were loaded for all of them."""
    return {
        "id": brand.pk,
        "name": brand.name,
        "slug": brand.slug,
        "first_letter": brand.first_letter,
        "logo": logos.get(brand.logo_id or 0),
    }
