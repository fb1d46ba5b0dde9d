"""Words that staff put on customers, to speak to some of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CustomerTag(models.Model):
    """A word for a group of customers: regulars, members, teachers."""

    name = models.CharField(_("名称"), max_length=30, unique=True)
    users = models.ManyToManyField("accounts.User", related_name="tags", blank=True, editable=False)

    class Meta:
        verbose_name = _("客户标签")
        verbose_name_plural = _("客户标签")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
