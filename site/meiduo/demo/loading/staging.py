"""The pictures that only content shows: banners, ads, floor marks."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from cms.selectors.pictures import WIDE
from meiduo.demo.data import stage
from meiduo.demo.data.categories import TREE
from meiduo.demo.data.shapes import Top
from meiduo.demo.loading.library import Library, Wanted
from meiduo.demo.loading.progress import Report
from meiduo.demo.pictures import CardOrder, SceneOrder

#: Pixels of a floor's mark; no ready size needs more.
MARK = 400

HEAD = "head"


def banner(number: int) -> str:
    """The key of a banner's picture."""
    return f"banner/{number}"


def wide(top: Top) -> str:
    """The key of a category's wide ad."""
    return f"wide/{top.name}"


def small(top: Top, number: int) -> str:
    """The key of one of a category's two small ads."""
    return f"small/{top.name}/{number}"


def mark(top: Top) -> str:
    """The key of a category's mark."""
    return f"mark/{top.name}"


def staged(library: Library, report: Report) -> Mapping[str, int]:
    """The ids of all of them by key; what the library holds already is not stored again."""
    wanted = dict(_wanted())
    groups = [[one] for one in wanted.values()]
    with (
        report.step(_("横幅与广告图"), len(wanted)) as advance,
        library.hanging(groups, sizes=[*WIDE.values()]) as pictures,
    ):
        found = {}
        for key, (image_id,) in zip(wanted, pictures, strict=True):
            found[key] = image_id
            advance()
    return found


def _wanted() -> Iterator[tuple[str, Wanted]]:
    width, height = stage.BANNER
    for number, one in enumerate(stage.BANNERS):
        order = SceneOrder(width, height, one.hue, one.actors, banner(number))
        yield banner(number), Wanted(order, one.title, f"{one.title}：{one.text}")
    width, height = stage.HEAD
    yield HEAD, Wanted(SceneOrder(width, height, 262, stage.HEAD_ACTORS, HEAD), "页头广告", "全场好物")
    for top in TREE:
        yield from _of_category(top)


def _of_category(top: Top) -> Iterator[tuple[str, Wanted]]:
    cast = stage.CASTS[top.name]
    alt = f"{top.name}：{top.slogan}"
    order = SceneOrder(*stage.WIDE, top.hue, cast[:3], wide(top))
    yield wide(top), Wanted(order, f"{top.name} 频道广告", alt)
    for number, pair in enumerate((cast[:2], cast[2:])):
        order = SceneOrder(*stage.SMALL, top.hue + (14, -20)[number], pair, small(top, number))
        title = f"{top.name} 广告 {number + 1}"
        yield small(top, number), Wanted(order, title, alt)
    kind = top.branches[0].leaves[0].kind
    emblem = CardOrder(kind, top.ink, mark(top), side=MARK)
    yield mark(top), Wanted(emblem, f"{top.name} 图标", top.name)
