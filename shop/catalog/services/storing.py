"""Writing one row of the catalog with every rule of its fields checked, and the reason at the field."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from kernel.errors import DomainError
from shop.catalog.errors import FieldInvalid, Taken
from shop.catalog.models import Brand, Category, Spu
from shop.catalog.pinyin import slug_from

#: How often a path name made by us may be taken by somebody else between choosing and writing it.
TRIES = 3


def assign(row: models.Model, fields: Mapping[str, Any]) -> set[str]:
    """Give the row these values and return the names of those that are different now."""
    changed = {name for name, value in fields.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, fields[name])
    return changed


def check_fields(row: models.Model, changed: Collection[str]) -> None:
    """Make sure that the changed fields (all of a new row) hold what their columns take.

    Raises: FieldInvalid and Taken, with the field named as in the model.
    """
    untouched = set()
    for field in row._meta.concrete_fields:
        if row.pk is not None and field.attname not in changed:
            untouched.add(field.name)
        value = getattr(row, field.attname)
        if isinstance(value, str) and "\x00" in value:
            raise FieldInvalid(field=field.name, reason=_("不能包含空字符"))
    try:
        row.clean_fields(exclude=untouched)
        row.validate_unique(exclude=untouched)
    except ValidationError as wrong:
        raise _as_domain_error(row, wrong) from wrong


def _as_domain_error(row: models.Model, wrong: ValidationError) -> DomainError:
    """The first problem that Django found, as an error of ours."""
    name, problems = next(iter(wrong.error_dict.items()))
    field = None if name == NON_FIELD_ERRORS else name
    if field and problems[0].code == "unique":
        return Taken(field=field, value=getattr(row, field))
    return FieldInvalid(field=field, reason=problems[0].messages[0])


def store(row: Category | Brand | Spu, changed: Collection[str], *, fallback: str) -> None:
    """Write the row, with a path name made from its name where it has none (from ``fallback`` without letters).

    Raises: FieldInvalid, Taken.
    """
    make_slug = not row.slug
    for attempt in range(TRIES):
        if make_slug:
            row.slug = _free_slug(row, fallback=fallback)
        check_fields(row, {*changed, "slug"})
        try:
            with transaction.atomic():
                # Only what changed: counters of the same row are somebody else's.
                row.save(update_fields=_to_write(row, changed) if row.pk else None)
        except IntegrityError:
            # Somebody was faster. What they took is visible now, so the check names it; if it was
            # only a path name of ours, the next one is free.
            if not make_slug or attempt == TRIES - 1:
                check_fields(row, {*changed, "slug"})
                raise
        else:
            return


def _to_write(row: models.Model, changed: Collection[str]) -> set[str]:
    stamp = {field.attname for field in row._meta.concrete_fields if getattr(field, "auto_now", False)}
    return {*changed, *stamp, "slug"}


def _free_slug(row: Category | Brand | Spu, *, fallback: str) -> str:
    longest = row._meta.get_field("slug").max_length or 50
    # Room for a number behind it.
    base = slug_from(row.name, longest=longest - 6) or fallback
    taken = set(type(row).objects.filter(slug__startswith=base).exclude(pk=row.pk).values_list("slug", flat=True))
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"
