"""From a merchant's file to the shop, a batch of whole products at a time."""

import logging
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import DataError, IntegrityError, OperationalError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel import clock
from media.uses import note_uses
from shop.catalog.models import Sku, Spu
from shop.exchange.columns import NEEDED_FOR_NEW, PRICE, Layout
from shop.exchange.drafts import SpuDraft
from shop.exchange.errors import FileUnreadable
from shop.exchange.gathering import gather
from shop.exchange.pictures import PictureSource, Ref
from shop.exchange.planning import missing_brands, missing_categories, plan
from shop.exchange.plans import SpuPlan
from shop.exchange.report import Issue, Progress, Report, Stage, shortened
from shop.exchange.snapshot import CategoryPath, Snapshot, snapshot
from shop.exchange.writing import write

logger = logging.getLogger(__name__)

#: So many SKUs are written in one transaction: long enough to be fast, short enough that no buyer waits.
BATCH = 500
#: How often a batch is tried when another transaction holds its rows.
TRIES = 3


def import_file(
    path: Path | str,
    *,
    pictures: Path | str | None = None,
    dry_run: bool = False,
    sheet: str | None = None,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """The shop holds what the file says, except for products with an error in one of their rows.

    Each batch of whole products is one transaction, so that an interruption leaves whole products,
    and running again carries on to the same end: what is already so is not written again.
    Locks: the products of a batch, then their SKUs, each in id order.
    Emits: SkusChanged (for every 500 SKUs) and CatalogChanged, after each batch's commit.
    """
    started = time.monotonic()
    batch = f"import-{timezone.localtime(clock.now()):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    report = Report(batch=batch, dry_run=dry_run)
    tell = progress or _silence
    try:
        source = PictureSource(_folder(pictures))
        layout, drafts = gather(Path(path), report, sheet=sheet, encoding=encoding, progress=tell)
        _check_columns_for_new(layout, drafts)
    except FileUnreadable as wrong:
        report.issues.append(Issue(wrong.row, wrong.column, "", wrong.reason))
    else:
        _Import(report, layout, source).run(drafts, tell)
    report.sort_issues()
    report.seconds = time.monotonic() - started
    logger.info(
        "catalog imported" if not dry_run else "catalog checked",
        extra={"batch": batch, "rows": report.rows, "errors": len(report.errors), "seconds": round(report.seconds, 1)},
    )
    return report


def _silence(stage: Stage, done: int, total: int | None) -> None:
    """Tell nobody."""


def _folder(pictures: Path | str | None) -> Path | None:
    if pictures is None:
        return None
    folder = Path(pictures)
    if not folder.is_dir():
        raise FileUnreadable(_("图片文件夹不存在：%(folder)s") % {"folder": folder})
    return folder


def _check_columns_for_new(layout: Layout, drafts: Sequence[SpuDraft]) -> None:
    """Without name, category and price a file can only change what exists. Raises: FileUnreadable."""
    missing = [column for column in NEEDED_FOR_NEW if column.key not in layout.places]
    if not missing:
        return
    for some in _chunks(drafts):
        codes = {draft.code for draft in some}
        new = codes - set(Spu.objects.filter(code__in=codes).values_list("code", flat=True))
        if not new and PRICE in missing:
            sku_codes = {sku.code for draft in some for sku in draft.skus}
            new = sku_codes - set(Sku.objects.filter(code__in=sku_codes).values_list("code", flat=True))
        if new:
            raise FileUnreadable(
                _("缺少必需的列，不能建立新商品（%(codes)s）") % {"codes": "、".join(sorted(new)[:3])},
                column="、".join(column.title for column in missing),
            )


def _chunks(drafts: Sequence[SpuDraft]) -> Iterator[list[SpuDraft]]:
    """Whole products, some 500 SKUs together."""
    some: list[SpuDraft] = []
    size = 0
    for draft in drafts:
        if some and size + draft.size > BATCH:
            yield some
            some, size = [], 0
        some.append(draft)
        size += draft.size
    if some:
        yield some


def _note_uses(plans: Sequence[SpuPlan]) -> None:
    """Let the back office know which pictures, categories and brands are in use; bulk statements do not say it."""
    spus = [made.spu for made in plans if made.changes_product]
    models.prefetch_related_objects(spus, "specs__options", "pictures")
    note_uses(spus)


@dataclass(slots=True)
class _Import:
    """The run after the file has been read."""

    report: Report
    layout: Layout
    source: PictureSource
    # What is counted once however many products need it.
    _categories: set[CategoryPath] = field(default_factory=set)
    _brands: set[str] = field(default_factory=set)
    _pictures: set[Ref] = field(default_factory=set)

    def run(self, drafts: Sequence[SpuDraft], tell: Progress) -> None:
        """Bring every good product in, batch by batch."""
        total = sum(draft.size for draft in drafts)
        done = 0
        tell(Stage.IMPORTING, done, total)
        for some in _chunks(drafts):
            good = [draft for draft in some if not draft.is_bad]
            self.source.examine(name for draft in good for _key, name, _row in draft.pictures())
            shop = snapshot(good, locked=False)
            plans = self._judged(good, shop)
            if self.report.dry_run:
                self._count(plans, shop)
            else:
                self._store_pictures(plans)
                self._write([made.draft for made in plans])
            done += sum(draft.size for draft in some)
            tell(Stage.IMPORTING, done, total)
        self.report.counts["spus_skipped"] = sum(draft.is_bad for draft in drafts)
        self.report.counts["pictures_added"] = len(self._pictures) if self.report.dry_run else self.source.added

    def _judged(self, drafts: Sequence[SpuDraft], shop: Snapshot) -> list[SpuPlan]:
        """The plans of the products that may go in; the others' faults are told."""
        plans = []
        for draft in drafts:
            made, issues = plan(draft, shop=shop, source=self.source, layout=self.layout)
            if issues:
                draft.is_bad = True
                self.report.issues += issues
            else:
                plans.append(made)
        return plans

    def _store_pictures(self, plans: Sequence[SpuPlan]) -> None:
        """Before the transaction, because files may travel over a network."""
        self.source.store({name for made in plans for _key, name, _row in made.draft.pictures()})

    def _write(self, drafts: Sequence[SpuDraft]) -> None:
        """Write these products in one transaction; if the database refuses one of them, each in its own."""
        for attempt in range(TRIES):
            try:
                with transaction.atomic():
                    shop = snapshot(drafts, locked=True)
                    # The shop may have changed since the first look.
                    plans = self._judged(drafts, shop)
                    known = (dict(shop.categories), dict(shop.brands))
                    write(plans, shop=shop, batch=self.report.batch)
            except OperationalError:
                # Somebody held a row for longer than a buyer would wait, or the two of us held each other's.
                if attempt == TRIES - 1:
                    raise
                if not connection.in_atomic_block:
                    connection.close_if_unusable_or_obsolete()
            except (IntegrityError, DataError) as wrong:
                # The same code or name was taken since we looked.
                if len(drafts) > 1:
                    for draft in drafts:
                        self._write([draft])
                    return
                if attempt == TRIES - 1:
                    self._refuse(drafts[0], wrong)
                    return
            else:
                _note_uses(plans)
                shop.categories, shop.brands = known
                self._count(plans, shop)
                return

    def _refuse(self, draft: SpuDraft, wrong: Exception) -> None:
        logger.warning("product refused by the database", extra={"spu": draft.code, "reason": str(wrong)})
        draft.is_bad = True
        message = _("数据库拒绝写入，可能与同时进行的修改冲突，请重新导入")
        self.report.issues.append(Issue(draft.row, self.layout.title_of("code"), shortened(draft.code), message))

    def _count(self, plans: Sequence[SpuPlan], shop: Snapshot) -> None:
        counts = self.report.counts
        for made in plans:
            changed = [sku for sku in made.skus if sku.changes_something or sku.stock is not None]
            for sku in made.skus:
                state = "created" if sku.is_new else "changed" if sku in changed else "unchanged"
                counts[f"skus_{state}"] += 1
                counts["stock_changed"] += sku.stock is not None
            state = "created" if made.is_new else "changed" if made.changes_product or changed else "unchanged"
            counts[f"spus_{state}"] += 1
            refs = (self.source.ref(name) for _key, name, _row in made.draft.pictures())
            self._pictures.update(ref for ref in refs if isinstance(ref, str))
        self._categories |= missing_categories(plans, shop.categories)
        self._brands |= missing_brands(plans, shop.brands)
        counts["categories_created"] = len(self._categories)
        counts["brands_created"] = len(self._brands)
