"""A catalog of any size, made by rule from ``shelf.txt``: the same rows for the same size, everywhere."""

import itertools
import math
import random
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from shop.catalog.models import Brand, Category, Sku, SkuOption, Spec, SpecOption, Spu

_SERIES = [
    "星河",
    "云逸",
    "雅致",
    "悦享",
    "锐动",
    "晴空",
    "极光",
    "青山",
    "远航",
    "晨曦",
    "流光",
    "初见",
    "沐风",
    "锦绣",
    "鸿图",
    "臻选",
    "风尚",
    "优品",
    "心动",
    "乐活",
]
#: Products made together.
_BATCH = 500
_LETTERS = "ABCDEFGHKLMNPRSTXYZ"


@dataclass(frozen=True, slots=True)
class Kind:
    """A line of the shelf."""

    way: tuple[str, str, str]
    words: tuple[str, ...]
    brands: tuple[str, ...]
    specs: tuple[tuple[str, tuple[str, ...]], ...]
    features: tuple[str, ...]

    @property
    def leaf(self) -> str:
        return self.way[2]


def kinds() -> list[Kind]:
    lines = (Path(__file__).parent / "shelf.txt").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            top, middle, leaf, words, brands, specs, features = line.split("|")
            dims = tuple((part.split("=")[0], tuple(part.split("=")[1].split(","))) for part in specs.split(";"))
            found.append(
                Kind(
                    (top, middle, leaf),
                    tuple(words.split(",")),
                    tuple(brands.split(",")),
                    dims,
                    tuple(features.split(",")),
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class Product:
    """What is known of an SPU without looking at its text."""

    spu_id: int
    name: str
    brand: str
    kind: Kind


def fill(count: int, *, seed: int = 7) -> list[Product]:
    """So many SKUs, in products of one to nine, stand in a catalog that holds nothing else.

    Products made earlier stay and are counted: a catalog grows to 100,000 by the same rows that it has of 20,000.
    Raises: ValueError in a catalog with other products.
    """
    shelf = kinds()
    with transaction.atomic():
        categories = _categories(shelf)
        brands = _brands(shelf)
    made = stocked()
    skus = Sku.objects.count()
    while skus < count:
        batch: list[Kind] = []
        while skus < count and len(batch) < _BATCH:
            kind = shelf[(len(made) + len(batch)) % len(shelf)]
            batch.append(kind)
            skus += math.prod(len(values) for _name, values in kind.specs)
        with transaction.atomic():
            made += _products(batch, seed, categories, brands, start=len(made))
    return made


def stocked() -> list[Product]:
    """The products that stand there already. Raises: ValueError for others than ours."""
    if Spu.objects.exclude(code__regex=r"^G[0-9]+$").exists():
        raise ValueError("the catalog has products of its own: give this benchmark a database of its own")
    by_leaf = {kind.leaf: kind for kind in kinds()}
    rows = Spu.objects.order_by("pk").values_list("pk", "name", "brand__name", "category__name")
    return [Product(pk, name, brand or "", by_leaf[leaf]) for pk, name, brand, leaf in rows]


def _brands(shelf: list[Kind]) -> dict[str, Brand]:
    names = sorted({brand for kind in shelf for brand in kind.brands})
    return {
        name: Brand.objects.get_or_create(slug=f"b{n}", defaults={"name": name, "first_letter": "A"})[0]
        for n, name in enumerate(names)
    }


def _categories(shelf: list[Kind]) -> dict[tuple[str, ...], Category]:
    found: dict[tuple[str, ...], Category] = {}
    for kind in shelf:
        for level in (1, 2, 3):
            way = kind.way[:level]
            if way not in found:
                found[way], _new = Category.objects.get_or_create(
                    slug=f"c{len(found)}",
                    defaults={
                        "name": way[-1],
                        "level": level,
                        "parent": found.get(way[:-1]),
                        "sort_order": len(found),
                    },
                )
    return found


def _products(batch: list[Kind], seed: int, categories, brands, *, start: int) -> list[Product]:
    spus, described, thrown = [], [], []
    for n, kind in enumerate(batch, start=start):
        # Dice of its own: a product is the same however the catalog grew to it.
        dice = random.Random(f"{seed} {n}")
        thrown.append(dice)
        brand, word = dice.choice(kind.brands), dice.choice(kind.words)
        model = f"{dice.choice(_LETTERS)}{dice.choice(_LETTERS)}{dice.randint(10, 999)}"
        feature = dice.choice(kind.features)
        name = dice.choice(
            [
                f"{brand} {dice.choice(_SERIES)} {model} {word} {feature}",
                f"{brand}（{model}）{feature}{word}",
                f"{brand}{dice.choice(_SERIES)}{word} {model} {feature}",
            ]
        )
        spus.append(
            Spu(
                code=f"G{n}",
                name=name,
                slug=f"g{n}",
                category=categories[kind.way],
                brand=brands[brand],
                status=1,
                caption=f"{dice.choice(kind.features)}，官方正品，顺丰包邮",
            )
        )
        described.append((name, brand, kind))
    Spu.objects.bulk_create(spus, batch_size=500)
    _skus(spus, described, thrown)
    return [Product(spu.pk, *about) for spu, about in zip(spus, described, strict=True)]


def _skus(spus, described, thrown: list[random.Random]) -> None:
    specs, options, skus, chosen = [], [], [], []
    for spu, (_name, _brand, kind), dice in zip(spus, described, thrown, strict=True):
        mine = []
        for place, (dimension, values) in enumerate(kind.specs):
            spec = Spec(spu=spu, name=dimension, sort_order=place)
            specs.append(spec)
            mine.append([SpecOption(spec=spec, value=value, sort_order=n) for n, value in enumerate(values)])
            options += mine[-1]
        base = dice.randint(10, 9000)
        for n, picked in enumerate(itertools.product(*mine)):
            name = " ".join([spu.name, *(one.value for one in picked)])
            sku = Sku(
                spu=spu,
                code=f"{spu.code}-{n}",
                name=name[:160],
                price=Decimal(base + 10 * n),
                stock=dice.randint(0, 50),
                sales=int(dice.paretovariate(0.8)),
                comments=dice.randint(0, 99),
            )
            skus.append(sku)
            chosen.append((sku, picked))
    Spec.objects.bulk_create(specs, batch_size=500)
    SpecOption.objects.bulk_create(options, batch_size=500)
    Sku.objects.bulk_create(skus, batch_size=500)
    rows = [SkuOption(sku=sku, spec=one.spec, option=one) for sku, picked in chosen for one in picked]
    SkuOption.objects.bulk_create(rows, batch_size=500)
