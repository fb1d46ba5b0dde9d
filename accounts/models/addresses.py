"""Where a buyer's parcels go."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.areas import Area
from accounts.models.users import User


class Address(models.Model):
    """One address of a buyer. Deleting only hides it; orders carry their own copy anyway."""

    user = models.ForeignKey(User, models.CASCADE, related_name="addresses", verbose_name=_("用户"))
    title = models.CharField(_("标签"), max_length=20)
    receiver = models.CharField(_("收货人"), max_length=20)
    province = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("省"))
    city = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("市"))
    # Empty only where a client knows no district for a city: the second contract sends such addresses.
    district = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("区县"))
    place = models.CharField(_("详细地址"), max_length=50)
    mobile = models.CharField(_("手机号"), max_length=11)
    tel = models.CharField(_("固定电话"), max_length=20, blank=True)
    email = models.EmailField(_("邮箱"), max_length=100, blank=True)
    is_default = models.BooleanField(_("默认"), default=False)
    is_deleted = models.BooleanField(_("已删除"), default=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    class Meta:
        verbose_name = _("收货地址")
        verbose_name_plural = _("收货地址")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(is_default=True), name="accounts_one_default_address"),
            models.CheckConstraint(
                condition=Q(is_deleted=False) | Q(is_default=False), name="accounts_deleted_is_not_default"
            ),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(is_deleted=False), name="accounts_address_live"),
        ]

    def __str__(self) -> str:
        return self.title
