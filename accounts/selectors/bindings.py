"""Reads of which platforms open which accounts."""

from django.db.models import Q

from accounts.models import OAuthBinding
from accounts.oauth.port import Identity


def binding_of_identity(*, provider: str, identity: Identity) -> OAuthBinding | None:
    """The account that this identity opens, with its user; a unionid counts as well as the openid. One query."""
    same = Q(openid=identity.openid)
    if identity.unionid:
        same |= Q(unionid=identity.unionid)
    return OAuthBinding.objects.filter(same, provider=provider).select_related("user").order_by("pk").first()


def bindings_of(*, user_id: int) -> list[OAuthBinding]:
    """Every platform that opens this account."""
    return list(OAuthBinding.objects.filter(user_id=user_id))
