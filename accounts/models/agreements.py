"""Which version of which agreement a user accepted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AcceptedAgreement(models.Model):
    """A user said yes to this version; the text itself is kept by its version where agreements are written."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="accepted_agreements")
    slug = models.CharField(_("协议"), max_length=255)
    title = models.CharField(_("标题"), max_length=255)
    version = models.PositiveBigIntegerField(_("版本"))
    accepted_at = models.DateTimeField(_("同意时间"))

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("已同意的协议")
        verbose_name_plural = _("已同意的协议")
        constraints = [
            models.UniqueConstraint(fields=["user", "slug", "version"], name="accounts_agreement_accepted_once")
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.version}"
