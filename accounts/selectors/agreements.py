"""Reads of what users accepted."""

from accounts.models import AcceptedAgreement


def was_accepted(*, slug: str, version: int) -> bool:
    """Whether anybody accepted this version."""
    return AcceptedAgreement.objects.filter(slug=slug, version=version).exists()
