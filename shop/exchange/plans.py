"""What an import is going to do, product by product."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from shop.catalog.models import Sku, Spu
from shop.exchange.columns import Layout
from shop.exchange.drafts import SkuDraft, SpuDraft
from shop.exchange.pictures import Ref
from shop.exchange.report import Issue, shortened
from shop.exchange.snapshot import CategoryPath


@dataclass(slots=True)
class SkuPlan:
    """What becomes of one SKU. ``draft`` is None for one that only follows its product's name."""

    sku: Sku
    draft: SkuDraft | None
    is_new: bool = False
    changes: dict[str, Any] = field(default_factory=dict)
    #: Spec name → value, where they are to be different from now.
    options: dict[str, str] | None = None
    #: The number of pieces, where it is to be different from now.
    stock: int | None = None
    pictures: tuple[Ref, ...] | None = None

    @property
    def changes_something(self) -> bool:
        """Whether buyers or the search index see a difference, the stock aside."""
        return self.is_new or bool(self.changes) or self.options is not None or self.pictures is not None


@dataclass(slots=True)
class SpuPlan:
    """What becomes of one product."""

    draft: SpuDraft
    spu: Spu
    is_new: bool
    changes: dict[str, Any] = field(default_factory=dict)
    #: Where it shall hang and whose it shall be, by name: either may have to be made first.
    category: CategoryPath | None = None
    brand: str | None = None
    #: Names of the specs in their order, where the set of them is to be different from now.
    specs: list[str] | None = None
    pictures: tuple[Ref, ...] | None = None
    skus: list[SkuPlan] = field(default_factory=list)

    @property
    def changes_product(self) -> bool:
        """Whether something that all its SKUs show is to be different."""
        return (
            self.is_new
            or bool(self.changes)
            or self.category is not None
            or self.brand is not None
            or self.specs is not None
            or self.pictures is not None
        )


@dataclass(slots=True)
class Problems:
    """What is wrong with one product, in the words of its file."""

    layout: Layout
    issues: list[Issue] = field(default_factory=list)

    def tell(self, row: int, key: str, value: object, message: str) -> None:
        """Add an issue at this column."""
        shown = "" if value is None else shortened(value)
        self.issues.append(Issue(row, self.layout.title_of(key), shown, message))

    def tell_spec(self, row: int, value: str, message: str) -> None:
        """Add an issue about the specs as a whole."""
        places = sorted({*self.layout.specs.values(), *self.layout.spec_values.values()})
        title = self.layout.titles[places[0]] if places else str(_("规格"))
        self.issues.append(Issue(row, title, shortened(value), message))
