"""Putting a list of areas into force."""

from dataclasses import dataclass

from django.db import transaction

from accounts.addressing.events import AreasChanged
from accounts.addressing.lists import ListedArea, ListedAreas, read_list, shipped_list
from accounts.models import Area, AreaList
from kernel import clock
from kernel.events import emit_on_commit

COLUMNS = ("parent_id", "name", "level", "version", "is_valid")
#: SQLite takes a limited number of values in one statement.
BATCH = 500


@dataclass(frozen=True)
class AreaChanges:
    """What a list changed, in areas."""

    added: int
    changed: int
    retired: int
    total: int

    @property
    def any(self) -> bool:
        """Whether anything is different now."""
        return bool(self.added or self.changed or self.retired)


def load_shipped_areas() -> AreaChanges:
    """Put the newest list that comes with the mall into force; nothing happens when it already is."""
    return load_areas(listed=read_list(shipped_list()))


@transaction.atomic
def load_areas(*, listed: ListedAreas) -> AreaChanges:
    """Make exactly these areas valid. Safe to run twice.

    An area that the list no longer has is retired, not deleted: addresses keep pointing at it. One that
    comes back is valid again.
    Emits: AreasChanged, after commit, when something changed.
    """
    known = {area.pk: area for area in Area.objects.select_for_update().order_by("pk")}
    added = [_row(area, listed.version) for area in listed.areas if area.code not in known]
    changed = [
        _row(area, listed.version) for area in listed.areas if area.code in known and not _same(known[area.code], area)
    ]
    codes = {area.code for area in listed.areas}
    gone = sorted(pk for pk, area in known.items() if area.is_valid and pk not in codes)
    seen_again = [pk for pk, area in known.items() if pk in codes and area.version != listed.version]
    # Provinces come first in the list, so that every row finds its parent.
    Area.objects.bulk_create(added, batch_size=BATCH)
    Area.objects.bulk_update(changed, COLUMNS, batch_size=BATCH)
    for start in range(0, len(gone), BATCH):
        Area.objects.filter(pk__in=gone[start : start + BATCH]).update(is_valid=False)
    for start in range(0, len(seen_again), BATCH):
        Area.objects.filter(pk__in=seen_again[start : start + BATCH]).update(version=listed.version)
    result = AreaChanges(added=len(added), changed=len(changed), retired=len(gone), total=len(listed.areas))
    newest = AreaList.objects.order_by("-loaded_at").first()
    if result.any or newest is None or newest.digest != listed.digest:
        AreaList.objects.update_or_create(
            version=listed.version, defaults={"digest": listed.digest, "loaded_at": clock.now()}
        )
    if result.any:
        emit_on_commit(AreasChanged())
    return result


def _row(area: ListedArea, version: str) -> Area:
    return Area(pk=area.code, parent_id=area.parent, name=area.name, level=area.level, version=version, is_valid=True)


def _same(row: Area, area: ListedArea) -> bool:
    return (row.parent_id, row.name, row.level, row.is_valid) == (area.parent, area.name, area.level, True)
