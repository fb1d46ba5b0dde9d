"""The words that the demo's goods are written in."""

import re
from dataclasses import dataclass
from decimal import Decimal

#: ``value [#ink][: extra]``: what the buyer chooses, the colour it is drawn in, what it adds to the price.
_OPTION = re.compile(r"(?P<value>.+?)(?: (?P<ink>#[0-9a-f]{6}))?(?:: (?P<extra>-?\d+(?:\.\d\d)?))?")


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a spec. Units: ``extra`` in yuan, on top of the product's price."""

    value: str
    ink: str
    extra: Decimal


@dataclass(frozen=True, slots=True)
class Spec:
    """A dimension in which the SKUs of a product differ."""

    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """One product with everything that a merchant would say of it.

    ``category`` is the name of a third-level category. ``kind`` names its drawing, ``ink`` its colour where no
    option has one. ``points`` are titles with a sentence each. ``without`` are pairs of options that are not made
    together. ``flags``: words of new, hot, recommended, ship_free, draft.
    Units: yuan; grams; ``on_sale_in`` and ``off_sale_in`` in days from the loading, the past being negative.
    """

    code: str
    name: str
    caption: str
    category: str
    brand: str
    kind: str
    price: str
    specs: tuple[Spec, ...]
    points: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    packing: str
    grams: int
    ink: str = "#3f6fd8"
    flags: str = ""
    without: tuple[tuple[str, str], ...] = ()
    on_sale_in: int | None = None
    off_sale_in: int | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A third-level category and the drawing that stands for it."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A second-level category."""

    name: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Top:
    """A first-level category. ``hue`` is its colour in pictures, ``service`` the promise for its products."""

    name: str
    hue: float
    ink: str
    slogan: str
    service: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Maker:
    """A brand; ``latin`` stands in its logo, ``ink`` is its colour."""

    name: str
    latin: str
    ink: str
    description: str


def spec(name: str, *options: str) -> Spec:
    """A spec from options written as ``value [#ink][: extra]``."""
    return Spec(name, tuple(_option(text) for text in options))


def _option(text: str) -> Option:
    parts = _OPTION.fullmatch(text)
    if parts is None:
        raise ValueError(f"not an option: {text!r}")
    return Option(parts["value"], parts["ink"] or "", Decimal(parts["extra"] or 0))


def top(name: str, hue: float, ink: str, slogan: str, service: str, **branches: str) -> Top:
    """A first-level category; each branch is named by its keyword and lists ``leaf:drawing`` words."""
    made = []
    for branch, leaves in branches.items():
        pairs = (word.split(":") for word in leaves.split())
        made.append(Branch(branch, tuple(Leaf(leaf, kind) for leaf, kind in pairs)))
    return Top(name, hue, ink, slogan, service, tuple(made))
