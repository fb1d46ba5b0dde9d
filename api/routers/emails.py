"""My e-mail address, and proving it."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from accounts.errors import EmailTaken, EmailTokenRefused, EmailUnfit
from accounts.services.emails import set_email, verify_email
from api.auth import BuyerRequest, buyer
from api.problems import guarded, problems
from api.schemas.accounts import EmailIn, EmailOut, EmailTokenIn, MessageOut
from kernel.errors import TooOften

router = Router(tags=["e-mail"])


@router.put(
    "/email/",
    operation_id="set_email",
    auth=buyer,
    response={200: EmailOut, **guarded(EmailUnfit, EmailTaken, TooOften)},
)
def put(request: BuyerRequest, body: EmailIn) -> dict[str, Any]:
    """Set my address; it counts as verified only after the link that is mailed to it was opened."""
    user = set_email(user=request.auth, email=body.email)
    return {"id": user.pk, "email": user.email}


@router.put(
    "/emails/verification/",
    operation_id="verify_email",
    response={200: MessageOut, **problems(EmailTokenRefused, EmailTaken)},
)
def verify(request: HttpRequest, query: Query[EmailTokenIn]) -> dict[str, str]:
    """The token of a mailed link proves the address it was mailed to; it works once, for 24 hours."""
    verify_email(token=query.token)
    return {"message": "OK"}


@router.get(
    "/emails/verification/",
    operation_id="verify_email_by_link",
    response={200: MessageOut, **problems(EmailTokenRefused, EmailTaken)},
)
def verify_by_link(request: HttpRequest, query: Query[EmailTokenIn]) -> dict[str, str]:
    """The same for a link that is opened directly."""
    verify_email(token=query.token)
    return {"message": "OK"}
