"""The folder that a backup is: its parts, a manifest that knows their checksums, and the checksum of the manifest.

It is written under another name and renamed when everything is on the disk, so a half one is never taken for one.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

from kernel import clock
from meiduo.backups.errors import Refused

FORMAT = "mall-backup/1"
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
MEDIA_LIST, SEARCH, PICTURES = "media.jsonl", "search.json", "media"
#: What ``fresh_name`` gives; only folders of this kind of name are ever removed.
NAME = re.compile(r"mall-\d{8}T\d{6}Z")
LEFT_OVER = re.compile(r"\.mall-\d{8}T\d{6}Z\.(partial|leaving)")
#: Seconds after which a half backup belongs to nobody.
ABANDONED = 2 * 86_400
_CHUNK = 1 << 20


def fresh_name() -> str:
    """The name of a backup that is made now; such names sort by time."""
    return f"mall-{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}"


def as_json(value: Any) -> str:
    """As people read it, too."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def checksum(path: Path) -> str:
    """SHA-256 of the file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def being_written(target: Path) -> Iterator[Path]:
    """A folder to fill, readable for its owner alone; it becomes ``target`` when the block ends well, else it goes.

    Raises: Refused when something of that name is there.
    """
    partial = target.with_name(f".{target.name}.partial")
    for taken in (target, partial):
        if taken.exists():
            raise Refused(f"{taken} is there already: a backup overwrites nothing")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Whoever makes the folder first has the name.
    try:
        partial.mkdir(mode=0o700)
    except FileExistsError:
        raise Refused(f"{partial} is being written by somebody else") from None
    try:
        yield partial
        _to_disk(partial)
        partial.rename(target)
        _sync(target.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def seal(folder: Path, facts: dict[str, Any]) -> None:
    """Write the manifest over all files that are in the folder now. Call it last."""
    parts = {name: {"bytes": path.stat().st_size, "sha256": checksum(path)} for name, path in sorted(_files(folder))}
    manifest = {"format": FORMAT, **facts, "parts": parts}
    path = folder / MANIFEST
    path.write_text(as_json(manifest), encoding="utf-8")
    (folder / SEAL).write_text(f"{checksum(path)}  {MANIFEST}\n", encoding="ascii")


def opened(folder: Path) -> dict[str, Any]:
    """The manifest of a backup whose every byte is as it was written. Raises: Refused."""
    wrong = list(_faults(folder))
    if wrong:
        more = f" (and {len(wrong) - 5} more)" if len(wrong) > 5 else ""
        raise Refused(f"{folder} is no backup to restore: {'; '.join(wrong[:5])}{more}")
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def _faults(folder: Path) -> Iterator[str]:
    manifest, seal_ = folder / MANIFEST, folder / SEAL
    for path in (manifest, seal_):
        if not path.is_file():
            yield f"{path.name} is missing"
            return
    if seal_.read_text(encoding="ascii", errors="replace").split()[:1] != [checksum(manifest)]:
        yield f"{MANIFEST} is not what {SEAL} says"
        return
    said = json.loads(manifest.read_text(encoding="utf-8"))
    if said.get("format") != FORMAT:
        yield f"its format is {said.get('format')}, this version reads {FORMAT}"
        return
    there = dict(_files(folder))
    for name, part in said["parts"].items():
        if name not in there:
            yield f"{name} is missing"
            continue
        path = there.pop(name)
        if path.stat().st_size != part["bytes"]:
            yield f"{name} has {path.stat().st_size} bytes instead of {part['bytes']}"
        elif checksum(path) != part["sha256"]:
            yield f"{name} was changed"
    for name in sorted(there):
        yield f"{name} does not belong to it"


def forget_old(place: Path, *, keep: int) -> list[str]:
    """Only the newest ``keep`` backups of this place are left; returns the names of those that went.

    Folders with another name, or without a manifest of ours, are nobody's business here.
    """
    ours = sorted(one.name for one in place.iterdir() if NAME.fullmatch(one.name) and (one / SEAL).is_file())
    gone = ours[: max(0, len(ours) - keep)]
    for name in gone:
        leaving = place / f".{name}.leaving"
        (place / name).rename(leaving)
        shutil.rmtree(leaving)
    for one in place.iterdir():
        # What a killed backup left; one that is being written is younger.
        if LEFT_OVER.fullmatch(one.name) and clock.now().timestamp() - one.stat().st_mtime > ABANDONED:
            shutil.rmtree(one)
    return gone


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name not in {MANIFEST, SEAL}:
            yield name, path


def _to_disk(folder: Path) -> None:
    """Every byte survives a power cut, and nobody else reads it: buyers' names and addresses are in there."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
        _sync(path)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
