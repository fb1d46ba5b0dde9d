"""What staff do to a customer's account."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from accounts.selectors.customers import customers
from accounts.services.sessions import close_all_sessions
from kernel.errors import NotFound


class CustomerNotFound(NotFound):
    code = "customer.not_found"
    text = _("客户不存在")


def disable_customer(*, user_id: int) -> bool:
    """The customer cannot log in any more and every session is over at once; returns whether it was otherwise.

    Raises: CustomerNotFound, also for staff: their accounts are not this screen's.
    """
    return _switch(user_id, active=False)


def enable_customer(*, user_id: int) -> bool:
    """The customer can log in again; old sessions stay over. Returns whether it was otherwise.

    Raises: CustomerNotFound, also for staff.
    """
    return _switch(user_id, active=True)


@transaction.atomic
def _switch(user_id: int, *, active: bool) -> bool:
    if not customers().filter(pk=user_id).exists():
        raise CustomerNotFound
    changed = Customer.objects.filter(pk=user_id).exclude(is_active=active).update(is_active=active)
    if changed and not active:
        close_all_sessions(user_id=user_id)
    return bool(changed)
