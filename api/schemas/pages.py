"""Content and landing pages."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from api.pagination import PageIn
from api.schemas.base import Moment
from api.schemas.home import BlocksOut, SeoPageOut, WideOut, blocks_out
from api.schemas.skus import SkuCardOut
from cms.selectors import PageDetails

PageTypeOut = Literal["index", "content", "landing"]
KindOut = Literal["", "help", "agreement", "about", "article"]


class PagesIn(PageIn):
    """Page and filters of the list of pages."""

    parent: str | None = Field(None, max_length=255, description="only those right below this path name")
    type: PageTypeOut | None = None
    kind: Literal["help", "agreement", "about", "article"] | None = None


class PageHeadOut(Schema):
    """A page of a list; parents come before children, so that a tree can be built in one pass."""

    id: int
    slug: str
    title: str
    type: PageTypeOut
    kind: KindOut = Field(description="of a content page")
    summary: str
    url: str = Field(description="path of the page as plain HTML")
    parent: str | None = Field(description="path name of the branch it is in")
    updated_at: Moment | None


class HeadingOut(Schema):
    """A heading."""

    id: str
    type: Literal["heading"]
    text: str
    level: Literal[2, 3]
    html: str


class TextOut(Schema):
    """Clean HTML."""

    id: str
    type: Literal["text"]
    html: str


class QuoteOut(Schema):
    """Somebody's words."""

    id: str
    type: Literal["quote"]
    text: str
    source: str
    html: str


class TableOut(Schema):
    """A table of short texts."""

    id: str
    type: Literal["table"]
    caption: str
    columns: list[str]
    rows: list[list[str]]
    html: str


class QuestionOut(Schema):
    """A question; the answer is clean HTML."""

    id: str
    type: Literal["question"]
    question: str
    answer: str
    html: str


class PictureBlockOut(Schema):
    """A picture."""

    id: str
    type: Literal["picture"]
    image_url: str
    images: WideOut
    alt: str
    caption: str
    html: str


class ProductCardsOut(Schema):
    """Products that the text speaks of."""

    id: str
    type: Literal["products"]
    title: str
    products: list[SkuCardOut]
    html: str


InColumnOut = Annotated[HeadingOut | TextOut | QuoteOut | PictureBlockOut, Field(discriminator="type")]


class ColumnsOut(Schema):
    """Columns side by side."""

    id: str
    type: Literal["columns"]
    columns: list[list[InColumnOut]]
    html: str


ContentBlockOut = Annotated[
    HeadingOut | TextOut | QuoteOut | TableOut | QuestionOut | PictureBlockOut | ProductCardsOut | ColumnsOut,
    Field(discriminator="type"),
]


class PageOut(PageHeadOut):
    """One page."""

    seo: SeoPageOut
    html: str = Field(description="the whole content as clean HTML; empty for a landing page")
    blocks: list[ContentBlockOut] = Field(description="the same in parts")
    children: list[PageHeadOut] = Field(description="pages right below a branch")
    landing: BlocksOut | None = Field(description="what a landing page is composed of")


def page_out(details: PageDetails) -> dict[str, Any]:
    """A page as ``PageOut`` wants it."""
    head = {name: getattr(details.head, name) for name in PageHeadOut.model_fields}
    return {
        **head,
        "seo": {
            "title": details.seo_title,
            "description": details.seo_description,
            "canonical_url": details.canonical_url,
            "share_image": details.share_images,
        },
        "html": details.html,
        "blocks": details.blocks,
        "children": details.children,
        "landing": blocks_out(details.landing) if details.landing else None,
    }
