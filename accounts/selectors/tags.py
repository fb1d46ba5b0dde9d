"""Reads of customer tags."""

from accounts.models import CustomerTag


def tag_choices() -> list[tuple[str, str]]:
    """Every tag as (id, name), for a choice in a form."""
    return [(str(pk), name) for pk, name in CustomerTag.objects.values_list("pk", "name")]


def tag_ids_of(user_id: int) -> set[int]:
    """The tags that this user has."""
    return set(CustomerTag.objects.filter(users=user_id).values_list("pk", flat=True))
