"""How long import and export take, beside a floor measured in the same run. See README.md."""

import argparse
import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "site"), str(ROOT), str(Path(__file__).parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meiduo.settings.dev")
os.environ.setdefault("LOG_LEVEL", "WARNING")
_SCRATCH = tempfile.TemporaryDirectory(prefix="import-benchmark-")
os.environ["VAR_DIR"] = _SCRATCH.name

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from generate import generate  # noqa: E402

from kernel.events import Event, listen  # noqa: E402
from shop.catalog.events import SkusChanged  # noqa: E402
from shop.exchange import export_file, import_file  # noqa: E402
from shop.models import Picture, Sku, SkuOption, Spec, SpecOption, Spu, StockMovement  # noqa: E402

TABLES = [model._meta.db_table for model in (Spu, Spec, SpecOption, Sku, SkuOption, Picture, StockMovement)]
_EVENTS: list[Event] = []


def timed(label: str, work: Callable[[], Any], *, skus: int) -> float:
    """Run the work once and print its time."""
    started, computed = time.perf_counter(), time.process_time()
    outcome = work()
    seconds, computed = time.perf_counter() - started, time.process_time() - computed
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"| {label} | {seconds:.2f} s | {computed:.2f} s | {skus / seconds:,.0f} | {peak} MB |", flush=True)
    if getattr(outcome, "errors", None):
        sys.exit("\n".join(str(issue) for issue in outcome.errors[:10]))
    return seconds


def empty() -> None:
    """Take the products away again; categories and brands stay."""
    with connection.cursor() as cursor:
        for table in reversed(TABLES):
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own table names


def floor_postgres() -> None:
    """COPY of the rows that the import made into tables with the same columns, checks and indexes."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            buffer = io.BytesIO()
            cursor.execute(f'CREATE TEMPORARY TABLE floor_{table} (LIKE "{table}" INCLUDING ALL)')
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', buffer)
            buffer.seek(0)
            started = time.perf_counter()
            cursor.copy_expert(f"COPY floor_{table} FROM STDIN", buffer)
            _FLOOR.append(time.perf_counter() - started)
        started = time.perf_counter()
    _FLOOR.append(time.perf_counter() - started)


def floor_sqlite() -> None:
    """executemany of the same rows into tables with the same columns, checks and indexes, in one transaction."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table])
            for (sql,) in cursor.fetchall():
                cursor.execute(sql.replace(f'"{table}"', f'"floor_{table}"').replace('INDEX "', 'INDEX "floor_', 1))
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own table names
            rows = cursor.fetchall()
            marks = ", ".join(["%s"] * len(rows[0])) if rows else ""
            started = time.perf_counter()
            with transaction.atomic():
                if rows:
                    cursor.executemany(f'INSERT INTO "floor_{table}" VALUES ({marks})', rows)  # noqa: S608
            _FLOOR.append(time.perf_counter() - started)


_FLOOR: list[float] = []


def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=10_000)
    parser.add_argument("--pictures", type=int, default=200)
    options = parser.parse_args()
    skus: int = options.skus
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if Spu.objects.exists():
        sys.exit("the database has products already: measure in an empty one")
    listen(SkusChanged, _EVENTS.append)
    folder = Path(_SCRATCH.name) / "files"
    bare_xlsx, _ = generate(folder / "bare", skus=skus)
    pictured, _ = generate(folder / "pictured", skus=skus, pictures=options.pictures)
    print(f"{connection.vendor}, {skus} SKUs of {skus // 4} products, {options.pictures} pictures\n")
    print("| | time | of it our process | SKUs/s | peak memory |\n|---|---|---|---|---|")
    timed("dry run, XLSX", lambda: import_file(bare_xlsx, dry_run=True), skus=skus)
    first = timed("import into the empty shop, XLSX", lambda: import_file(bare_xlsx), skus=skus)
    events = len(_EVENTS)
    timed("the same file again", lambda: import_file(bare_xlsx), skus=skus)
    again = len(_EVENTS) - events
    empty()
    timed(
        f"with {options.pictures} pictures, into the empty shop",
        lambda: import_file(pictured, pictures=pictured.parent / "pictures"),
        skus=skus,
    )
    out = Path(_SCRATCH.name) / "out"
    out.mkdir()
    timed("export, XLSX", lambda: export_file(out / "goods.xlsx"), skus=skus)
    timed("export, CSV", lambda: export_file(out / "goods.csv"), skus=skus)
    timed("import of the export, CSV", lambda: import_file(out / "goods.csv"), skus=skus)
    prices = out / "prices.csv"
    codes = Sku.objects.values_list("spu__code", "code").order_by("pk")
    lines = [f"{spu},{sku},{n % 900 + 1}.5,{n % 90}" for n, (spu, sku) in enumerate(codes)]
    prices.write_text("商品编码,SKU编码,售价,库存\n" + "\n".join(lines), encoding="utf-8")
    timed("new price and stock of every SKU", lambda: import_file(prices), skus=skus)
    (floor_postgres if connection.vendor == "postgresql" else floor_sqlite)()
    floor = sum(_FLOOR)
    kind = "COPY" if connection.vendor == "postgresql" else "executemany"
    print(f"| floor: {kind} of the same rows | {floor:.2f} s | | {skus / floor:,.0f} | |")
    print(f"\nfirst import: {first / floor:.1f} times the floor; {events} SkusChanged, {again} when nothing changed")


if __name__ == "__main__":
    main()
