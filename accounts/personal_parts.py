"""The personal data that areas of ``accounts`` beside the account itself keep."""

from typing import Any

from django.utils import timezone

from accounts.models import AcceptedAgreement, Address, CustomerTag, OAuthBinding
from accounts.personal_data import PersonalData, register
from accounts.selectors.addresses import address_text
from accounts.services.addresses import erase_addresses
from accounts.services.bindings import erase_bindings
from accounts.services.tags import clear_tags


def register_parts() -> None:
    """Addresses and logins of other platforms belong to every export and every erasure."""
    register(PersonalData(name="addresses", export=_addresses, erase=_erase_addresses))
    register(PersonalData(name="oauth", export=_bindings, erase=_erase_bindings))
    register(PersonalData(name="tags", export=_tags, erase=_erase_tags))
    # That terms were accepted, and when, stays: it says nothing but that.
    register(PersonalData(name="agreements", export=_agreements))


def _tags(user_id: int) -> list[str]:
    return list(CustomerTag.objects.filter(users=user_id).values_list("name", flat=True))


def _erase_tags(user_id: int) -> None:
    clear_tags(user_id=user_id)


def _agreements(user_id: int) -> list[dict[str, Any]]:
    return [
        {
            "agreement": row.title,
            "version": row.version,
            "accepted": timezone.localtime(row.accepted_at).isoformat(),
        }
        for row in AcceptedAgreement.objects.filter(user_id=user_id).order_by("pk")
    ]


def _erase_addresses(user_id: int) -> None:
    erase_addresses(user_id=user_id)


def _erase_bindings(user_id: int) -> None:
    erase_bindings(user_id=user_id)


def _addresses(user_id: int) -> list[dict[str, Any]]:
    rows = Address.objects.filter(user_id=user_id).select_related("province", "city", "district")
    return [
        {
            "title": row.title,
            "receiver": row.receiver,
            "mobile": row.mobile,
            "tel": row.tel,
            "email": row.email,
            "address": address_text(row),
            "deleted": row.is_deleted,
        }
        for row in rows
    ]


def _bindings(user_id: int) -> list[dict[str, Any]]:
    return [
        {
            "provider": row.provider,
            "nickname": row.nickname,
            "avatar": row.avatar,
            "bound": timezone.localtime(row.created_at).isoformat(),
        }
        for row in OAuthBinding.objects.filter(user_id=user_id)
    ]
