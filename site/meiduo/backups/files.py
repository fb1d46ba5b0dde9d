"""Stored files in a backup: always their list, and themselves where it was asked for."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media import inventory
from meiduo.backups.archive import MEDIA_LIST, PICTURES
from shop.aftersales.models import AfterSale
from shop.reviews.models import Review


@dataclass
class Compared:
    """What the store lacks or has otherwise than the list."""

    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    #: Ready sizes that are gone; they are made anew.
    remade: int = 0
    put_back: int = 0


def needed() -> set[str]:
    """The files that rows name."""
    names = inventory.files_of_rows()
    for listed in (
        Review.objects.exclude(images=[]).order_by().values_list("images", flat=True),
        AfterSale.objects.exclude(photos=[]).order_by().values_list("photos", flat=True),
    ):
        names.update(name for pictures in listed.iterator() for name in pictures)
    return names


def write(folder: Path, *, named: set[str], remade: set[str], copy: bool) -> dict[str, Any]:
    """The list stands in the folder, the files too with ``copy``. ``named`` are those that rows name."""
    sums = {"files": 0, "bytes": 0, "remade": 0, "copied": 0, "missing": 0}
    seen = set()
    with (folder / MEDIA_LIST).open("w", encoding="utf-8") as file:
        for one in inventory.stored_files():
            seen.add(one.name)
            line: dict[str, Any] = {"name": one.name, "size": one.size, "digest": one.digest}
            if one.name in remade:
                line["remade"] = True
                sums["remade"] += 1
            else:
                sums["files"] += 1
                sums["bytes"] += one.size
                if copy and inventory.copied(one.name, folder / PICTURES / one.name) is not None:
                    line["copied"] = True
                    sums["copied"] += 1
            _put(file, line)
        for name in sorted(named - seen - remade):
            sums["missing"] += 1
            _put(file, {"name": name, "missing": True})
    return sums


def compare(folder: Path, *, put_back: bool) -> Compared:
    """The store against the list. With ``put_back``, what is missing there and copied here is brought back first."""
    there = {one.name: one for one in inventory.stored_files()}
    found = Compared()
    gone = set()
    for line in _lines(folder):
        name, one = line["name"], there.get(line["name"])
        if line.get("remade"):
            if one is None:
                gone.add(name)
        elif one is None:
            if line.get("copied") and put_back:
                inventory.put_back(name, folder / PICTURES / name)
                found.put_back += 1
            else:
                found.missing.append(name)
        elif line.get("missing"):
            continue
        elif one.size != line["size"] or _differ(one.digest, line["digest"]):
            found.changed.append(name)
    # Rows may name ready sizes that were made after the list, and are gone as well.
    gone |= inventory.remade_files() - set(there)
    found.remade = inventory.forget_remade(gone)
    return found


def _differ(ours: str, theirs: str) -> bool:
    """Whether two digests of one kind are not the same; of two kinds nobody can tell."""
    return ours.partition(":")[0] == theirs.partition(":")[0] and ours != theirs


def _put(file: Any, line: dict[str, Any]) -> None:
    file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _lines(folder: Path) -> Iterator[dict[str, Any]]:
    with (folder / MEDIA_LIST).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
