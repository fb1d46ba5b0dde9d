"""The words that products are known by, kept for suggestions and corrections."""

import re
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count, Q

from search import phonetics
from search.engine import Document
from search.models import Term
from search.text import canonical
from shop.catalog.models import Spu

Kind = Term.Kind
_LATIN = re.compile(r"[a-z]{4,30}")
_BATCH = 1000


def _term(kind: str, text: str, weight: int = 1) -> Term:
    spelled = canonical(text)
    return Term(
        kind=kind,
        text=text,
        folded=spelled.replace(" ", "")[:120],
        pinyin=phonetics.full(spelled)[:400],
        initials=phonetics.initials(spelled)[:120],
        weight=weight,
    )


def _words(name: str) -> Iterable[str]:
    return _LATIN.findall(canonical(name))


def learn(documents: Sequence[Document]) -> None:
    """The words of these documents are known from now on. Costs one query where all are already."""
    wanted: dict[tuple[str, str], None] = {}
    for document in documents:
        wanted.update({(str(Kind.CATEGORY), name): None for name in document.categories})
        if document.brand:
            wanted[(str(Kind.BRAND), document.brand)] = None
        wanted[(str(Kind.PRODUCT), document.spu_name)] = None
        wanted.update({(str(Kind.WORD), word): None for word in _words(document.spu_name)})
    known = set(Term.objects.filter(text__in={text for _kind, text in wanted}).values_list("kind", "text"))
    Term.objects.bulk_create(
        [_term(kind, text) for kind, text in wanted if (kind, text) not in known], ignore_conflicts=True, batch_size=200
    )


@transaction.atomic
def refresh() -> None:
    """Every word is there with the number of products known by it, and none that no product has."""
    weights: dict[tuple[str, str], int] = {}
    live = Spu.objects.filter(status=Spu.Status.ON_SALE)
    tree = ("category__name", "category__parent__name", "category__parent__parent__name")
    for column, kind in [*((column, Kind.CATEGORY) for column in tree), ("brand__name", Kind.BRAND)]:
        counted = live.filter(~Q(**{f"{column}": None})).order_by().values_list(column).annotate(n=Count("pk"))
        for text, count in counted:
            weights[(str(kind), text)] = weights.get((str(kind), text), 0) + count
    for name in live.values_list("name", flat=True).iterator(chunk_size=_BATCH):
        weights[(str(Kind.PRODUCT), name)] = weights.get((str(Kind.PRODUCT), name), 0) + 1
        for word in set(_words(name)):
            weights[(str(Kind.WORD), word)] = weights.get((str(Kind.WORD), word), 0) + 1
    known = {
        (kind, text): (pk, weight)
        for pk, kind, text, weight in Term.objects.values_list("pk", "kind", "text", "weight")
    }
    gone = [pk for key, (pk, _weight) in known.items() if key not in weights]
    for start in range(0, len(gone), _BATCH):
        Term.objects.filter(pk__in=gone[start : start + _BATCH]).delete()
    moved = [
        Term(pk=known[key][0], weight=weight)
        for key, weight in weights.items()
        if key in known and known[key][1] != weight
    ]
    Term.objects.bulk_update(moved, ["weight"], batch_size=200)
    Term.objects.bulk_create(
        [_term(kind, text, weight) for (kind, text), weight in weights.items() if (kind, text) not in known],
        ignore_conflicts=True,
        batch_size=200,
    )
