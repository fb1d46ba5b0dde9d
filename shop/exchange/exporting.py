"""From the shop to a file that an import takes back unchanged. Memory does not grow with the catalog."""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path, PurePosixPath
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from media.models import MallImage
from shop.catalog.models import Category, Picture, Sku, SkuOption, Spec, Spu
from shop.exchange.cells import protected, tidy
from shop.exchange.columns import COLUMNS, USUAL_SPECS, About, Column, Kind, more_title, spec_title
from shop.exchange.pairs import joined
from shop.exchange.pictures import exported_name
from shop.exchange.report import Progress, Stage
from shop.exchange.sinks import Sink, Value, open_sink

#: Products that are read at once.
_CHUNK = 200
_STATUSES = {Spu.Status.DRAFT: "草稿", Spu.Status.ON_SALE: "上架", Spu.Status.OFF_SALE: "下架"}
_WIDTHS = {Kind.CODE: 16, Kind.LINE: 20, Kind.TEXT: 30, Kind.MOMENT: 20, Kind.PICTURES: 30, Kind.PICTURE: 24}


@dataclass(slots=True)
class ExportReport:
    """How many rows went out, and what could not."""

    spus: int = 0
    skus: int = 0
    pictures: int = 0
    warnings: list[str] = field(default_factory=list)


def export_file(
    path: Path | str,
    *,
    pictures: Path | str | None = None,
    category_id: int | None = None,
    brand_id: int | None = None,
    progress: Progress | None = None,
) -> ExportReport:
    """The file (XLSX, or CSV by its ending) holds the catalog, one SKU a row; its pictures are in the folder, if asked.

    The category includes those below it. Products come in the order in which they were made.
    Raises: OSError for a place that cannot be written.
    """
    products = Spu.objects.order_by("pk")
    if category_id is not None:
        below = Q(category_id=category_id) | Q(category__parent_id=category_id)
        products = products.filter(below | Q(category__parent__parent_id=category_id))
    if brand_id is not None:
        products = products.filter(brand_id=brand_id)
    report = ExportReport()
    folder = _Folder(Path(pictures), report) if pictures else None
    with ExitStack() as stack:
        specs = _most_specs(products)
        widths = [_WIDTHS.get(column.kind, 10) for column in COLUMNS]
        sink = stack.enter_context(open_sink(Path(path), widths=widths))
        layout = _Layout(specs, _parts(products, sink))
        sink.add(layout.titles())
        total = products.count()
        for spus in _chunks(products):
            images = _write(spus, sink, layout, report)
            if folder:
                folder.add(images)
            if progress:
                progress(Stage.EXPORTING, report.spus, total)
    return report


def _most_specs(products: QuerySet[Spu]) -> int:
    """How many spec columns are needed."""
    counted = Spec.objects.filter(spu__in=products).order_by().values("spu_id").annotate(count=Count("pk"))
    return max(counted.aggregate(most=Max("count"))["most"] or 0, USUAL_SPECS)


def _parts(products: QuerySet[Spu], sink: Sink) -> dict[str, int]:
    """How many columns each long text needs, where a cell cannot hold it."""
    texts = [column.key for column in COLUMNS if column.kind is Kind.TEXT]
    if not sink.most_characters:
        return dict.fromkeys(texts, 1)
    longest = products.order_by().aggregate(**{key: Max(Length(key)) for key in texts})
    return {key: max(ceil((longest[key] or 0) / sink.most_characters), 1) for key in texts}


def _chunks(products: QuerySet[Spu]) -> Iterator[list[Spu]]:
    """The products, some at a time; each time from where the last ended, so that no cursor stays open."""
    last = 0
    while some := list(products.filter(pk__gt=last).select_related("brand", "default_image")[:_CHUNK]):
        yield some
        last = some[-1].pk


@dataclass(slots=True)
class _Layout:
    """The columns of this export."""

    specs: int
    parts: dict[str, int]

    def titles(self) -> list[str]:
        """The header."""
        titles: list[str] = []
        for column in COLUMNS:
            if column.key == "sku_code":
                titles += [spec_title(number) for number in range(1, self.specs + 1)]
            titles.append(column.title)
            titles += [more_title(column, number) for number in range(1, self.parts.get(column.key, 1))]
        return titles

    def row(self, values: dict[str, Any], options: Sequence[str], *, characters: int) -> list[Value]:
        """One row in the order of the header."""
        row: list[Value] = []
        for column in COLUMNS:
            if column.key == "sku_code":
                row += [*options, *[None] * (self.specs - len(options))]
            value = _cell(values.get(column.key), column)
            parts = self.parts.get(column.key, 1)
            if parts > 1 and isinstance(value, str):
                row += [value[n * characters : (n + 1) * characters] or None for n in range(parts)]
            else:
                row += [value, *[None] * (parts - 1)]
        return row


def _cell(value: Any, column: Column) -> Value:
    """The value as it stands in the file."""
    if value is None or value == "":
        return None
    match column.kind:
        case Kind.YES_NO:
            return "是" if value else "否"
        case Kind.STATUS:
            return _STATUSES[value]
        case Kind.MOMENT:
            return timezone.localtime(value).replace(tzinfo=None)
        case Kind.PICTURE:
            return exported_name(value.file.name)
        case Kind.PICTURES:
            return "|".join(exported_name(image.file.name) for image in value)
        case Kind.CODE | Kind.LINE | Kind.TEXT:
            return protected(tidy(value, column.kind))
    return value  # type: ignore[no-any-return]


def _write(spus: Sequence[Spu], sink: Sink, layout: _Layout, report: ExportReport) -> set[MallImage]:
    """The rows of these products. Seven queries, however many there are. Returns the pictures they name."""
    ids = [spu.pk for spu in spus]
    skus: dict[int, list[Sku]] = defaultdict(list)
    for sku in Sku.objects.filter(spu_id__in=ids).order_by("sort_order", "pk").select_related("default_image"):
        skus[sku.spu_id].append(sku)
    options: dict[int, list[str]] = defaultdict(list)
    chosen = SkuOption.objects.filter(sku__spu_id__in=ids).order_by("spec__sort_order", "spec_id")
    for sku_id, name, value in chosen.values_list("sku_id", "spec__name", "option__value"):
        options[sku_id].append(joined(tidy(name, Kind.LINE), tidy(value, Kind.LINE)))
    galleries: dict[tuple[int, int | None], list[MallImage]] = defaultdict(list)
    for picture in Picture.objects.filter(spu_id__in=ids).order_by("sort_order", "pk").select_related("image"):
        galleries[picture.spu_id, picture.sku_id].append(picture.image)
    paths = _paths({spu.category_id for spu in spus})
    for spu in spus:
        report.spus += 1
        product = _product(spu, paths[spu.category_id], galleries[spu.pk, None])
        if not skus[spu.pk]:
            sink.add(layout.row(product, [], characters=sink.most_characters))
        for sku in skus[spu.pk]:
            values = {**product, **_sku(sku, galleries[spu.pk, sku.pk])}
            sink.add(layout.row(values, options[sku.pk], characters=sink.most_characters))
            report.skus += 1
            # Said once for each product: the rows after the first leave the long texts out.
            product = {key: value for key, value in product.items() if key not in layout.parts}
    images = {image for gallery in galleries.values() for image in gallery}
    images |= {spu.default_image for spu in spus if spu.default_image}
    return images | {sku.default_image for some in skus.values() for sku in some if sku.default_image}


def _product(spu: Spu, path: Sequence[str], gallery: list[MallImage]) -> dict[str, Any]:
    values = {
        column.key: getattr(spu, column.key)
        for column in COLUMNS
        if column.about is About.SPU and hasattr(spu, column.key)
    }
    values.update({f"category{level}": name for level, name in enumerate(path, start=1)})
    return {**values, "brand": spu.brand.name if spu.brand else None, "image": spu.default_image, "pictures": gallery}


def _sku(sku: Sku, gallery: list[MallImage]) -> dict[str, Any]:
    values = {
        column.key: getattr(sku, column.key)
        for column in COLUMNS
        if column.about is About.SKU and hasattr(sku, column.key)
    }
    named = {"sku_code": sku.code, "sku_name": sku.name, "sku_image": sku.default_image, "sku_pictures": gallery}
    return {**values, **named}


def _paths(ids: set[int]) -> dict[int, list[str]]:
    """The names that lead to each of these categories, from the top."""
    rows = Category.objects.filter(pk__in=ids).select_related("parent__parent")
    paths = {}
    for category in rows:
        names: list[str] = []
        at: Category | None = category
        while at:
            names.insert(0, at.name)
            at = at.parent
        paths[category.pk] = names
    return paths


class _Folder:
    """The pictures of an export, each copied once."""

    def __init__(self, folder: Path, report: ExportReport) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder.resolve()
        self._report = report
        self._done: set[int] = set()

    def add(self, images: set[MallImage]) -> None:
        """Copy those that were not copied yet."""
        for image in sorted(images, key=lambda image: image.pk):
            if image.pk not in self._done:
                self._done.add(image.pk)
                self._copy(image)

    def _copy(self, image: MallImage) -> None:
        name = exported_name(image.file.name)
        target = (self._folder / PurePosixPath(name)).resolve()
        if not target.is_relative_to(self._folder):
            self._report.warnings.append(_("图片名不能用作文件名：%(name)s") % {"name": name})
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with image.file.open("rb") as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy)
        except FileNotFoundError:
            target.unlink(missing_ok=True)
            self._report.warnings.append(_("图片文件不存在：%(name)s") % {"name": name})
            return
        self._report.pictures += 1
