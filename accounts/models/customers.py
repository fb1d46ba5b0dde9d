"""Buyers as the back office sees them."""

from django.utils.translation import gettext_lazy as _

from accounts.models.users import User


class Customer(User):  # type: ignore[django-manager-missing]  # Wagtail's abstract relations are untyped
    """A user in the list of customers, with permissions of its own: who serves buyers need not manage staff."""

    class Meta:
        proxy = True
        verbose_name = _("客户")
        verbose_name_plural = _("客户")
        default_permissions = ("view", "change")
        permissions = [("view_full_mobile", "Can see mobiles and e-mails of customers in full")]
