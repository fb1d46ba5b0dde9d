"""Where a picture is used, for rows that were written in bulk.

Wagtail notes it row by row when a row is saved (``ReferenceIndex``), and warns staff who are about to
delete a picture that is in use. Bulk statements save nothing, so their authors say it here.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from wagtail.models import ReferenceIndex

#: To what a row refers, and in which of its fields: content type, id, model path, content path.
_Reference = tuple[int, str, str, str]


@transaction.atomic
def note_uses(rows: Sequence[models.Model]) -> None:
    """The library knows what these rows of one model refer to now, as if each had been saved by itself.

    Prefetch what hangs on the rows: nothing is read here but the notes. Two queries, and two more if
    something is different.
    """
    # A bulk form of ``ReferenceIndex.create_or_update_for_object`` of Wagtail 8.0, by its own parts.
    if not rows:
        return
    kind = ContentType.objects.get_for_model(rows[0], for_concrete_model=False)
    noted: dict[str, dict[_Reference, int]] = defaultdict(dict)
    known = ReferenceIndex.objects.filter(base_content_type=kind, object_id__in=[str(row.pk) for row in rows])
    columns = ("object_id", "to_content_type_id", "to_object_id", "model_path", "content_path", "pk")
    for pk, to_type, to_id, model_path, content_path, note in known.values_list(*columns):
        noted[pk][to_type, to_id, model_path, content_path] = note
    new: list[ReferenceIndex] = []
    for row in rows:
        found = set(ReferenceIndex._extract_references_from_object(row))
        new += [_note(kind, row, reference) for reference in found - set(noted[str(row.pk)])]
        for reference in found:
            noted[str(row.pk)].pop(reference, None)
    # What was not found again is no longer so.
    stale = [note for of_row in noted.values() for note in of_row.values()]
    ReferenceIndex.objects.bulk_create(new, ignore_conflicts=True)
    ReferenceIndex.objects.filter(pk__in=stale).delete()


def _note(kind: ContentType, row: models.Model, reference: _Reference) -> ReferenceIndex:
    to_type, to_id, model_path, content_path = reference
    return ReferenceIndex(
        content_type=kind,
        base_content_type=kind,
        object_id=str(row.pk),
        to_content_type_id=to_type,
        to_object_id=to_id,
        model_path=model_path,
        content_path=content_path,
        content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
    )
