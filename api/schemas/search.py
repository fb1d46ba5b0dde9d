"""Search: what may be asked, what is answered."""

from typing import Annotated, Any, Literal

from django.utils.translation import get_language
from ninja import Schema
from pydantic import Field, StringConstraints

from api.pagination import MOST
from api.schemas.base import Moment, QueryIn, RowId, Told, Yuan
from api.schemas.skus import SkuCardOut, SkusIn
from kernel import clock
from search import languages
from search.engine import Question
from search.facets import Facets
from search.queries import Found, Result
from search.text import LONGEST
from shop.catalog.selectors import Ordering

#: NUL and its like; spaces around are cut.
_CONTROLS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"
SearchText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST, pattern=_CONTROLS)]
#: A page may be any number: past the end, search answers an empty page.
_ANY_PAGE = 2**53


class SearchIn(SkusIn):
    """Text, filters, order, page. Without a text the filters alone decide."""

    page: int = Field(1, ge=1, le=_ANY_PAGE, description="from 1; past the end is an empty page")
    page_size: int = Field(10, ge=1, le=MOST, description=f"at most {MOST}")
    text: SearchText = Field("", description="words, pinyin or first letters")
    q: SearchText = Field("", description="the same as `text`, for clients that call it so")
    category: RowId | None = Field(None, description="a category's id, of any level")
    brand: Annotated[list[RowId], Field(max_length=20)] = Field([], description="brands' ids, repeated: any of them")
    ordering: Ordering | None = Field(None, description="`-` is downwards; without it, the best fit first")  # type: ignore[assignment]
    facets: bool = Field(True, description="whether to count what each filter would leave")

    @property
    def is_asked_by_many(self) -> bool:
        """Whether it is worth a moment's memory: the first pages, and no price typed by hand."""
        return self.page <= 5 and self.min_price is None and self.max_price is None

    @property
    def question(self) -> Question:
        specs: dict[str, tuple[str, ...]] = {}
        for spec, option in self.filters.specs:
            specs[spec] = (*specs.get(spec, ()), option)
        return Question(
            at=clock.now(),
            text=self.text or self.q,
            category_id=self.category,
            brand_ids=tuple(self.brand),
            min_price=self.min_price,
            max_price=self.max_price,
            in_stock=True if self.in_stock else None,
            specs=specs,
            ordering=self.ordering,
            offset=(self.page - 1) * self.page_size,
            limit=self.page_size,
            facets=self.facets,
            language=languages.chosen(get_language()),
        )


class SuggestIn(QueryIn):
    """What was typed so far."""

    q: SearchText = ""
    text: SearchText = Field("", description="the same as `q`")


class ClickIn(Schema):
    """A product was opened from the answer to a text."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST, pattern=_CONTROLS)]
    sku_id: RowId


class FoundOut(Told):
    """One row; the card is under ``object``, as the project's first clients read it."""

    object: SkuCardOut
    highlight: str = Field(description="the name as safe HTML, what fits in `<em>`")


class CategoryFacetOut(Told):
    """A category with how many products it would leave."""

    id: int
    name: str
    level: int
    parent_id: int | None
    count: int
    selected: bool


class BrandFacetOut(Told):
    """A brand with how many products it would leave."""

    id: int
    name: str
    count: int
    selected: bool


class ValueFacetOut(Told):
    """An option with how many products it would leave."""

    value: str
    count: int
    selected: bool


class SpecFacetOut(Told):
    """A spec with its options."""

    name: str
    values: list[ValueFacetOut]


class FacetsOut(Told):
    """How many products each choice would leave, all choices in other facets standing."""

    categories: list[CategoryFacetOut]
    brands: list[BrandFacetOut]
    specs: list[SpecFacetOut]
    in_stock: int
    min_price: Yuan | None
    max_price: Yuan | None


class SearchOut(Told):
    """An answer."""

    count: int = Field(description="products that fit")
    results: list[FoundOut]
    facets: FacetsOut | None = Field(description="null where they were not asked for")
    suggestions: list[str] = Field(description="other things to search for")
    did_you_mean: str | None = Field(description="what was probably meant, where nothing fits; it was not searched")
    degraded: bool = Field(description="the search engine is away and the database answered")


class SuggestionOut(Told):
    """Something that the beginning may become."""

    text: str
    kind: Literal["category", "brand", "product", "word"]


class SuggestionsOut(Told):
    """Suggestions in their order."""

    suggestions: list[SuggestionOut]


class HotWordsOut(Schema):
    """Hot words in their order."""

    keywords: list[str]


class DirectSearchOut(Schema):
    """Where and with what a browser may ask the engine itself."""

    url: str
    index: str
    token: str = Field(description="searches this index alone; not for the mall's API")
    expires_at: Moment


def _row(found: Found) -> dict[str, Any]:
    return {"object": found.card, "highlight": found.highlight}


def search_out(result: Result, facets: Facets | None) -> dict[str, Any]:
    """A result as ``SearchOut`` wants it."""
    return {
        "count": result.count,
        "results": [_row(found) for found in result.rows],
        "facets": facets,
        "suggestions": result.suggestions,
        "did_you_mean": result.did_you_mean,
        "degraded": result.degraded,
    }
