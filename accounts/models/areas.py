"""Provinces, cities and districts, under the codes of GB/T 2260."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AreaList(models.Model):
    """One loaded list of areas: which day it describes and what exactly it said."""

    version = models.CharField(_("版本"), max_length=10, primary_key=True, help_text=_("名单所述的日期"))
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(_("载入时间"))

    class Meta:
        verbose_name = _("行政区划名单")
        verbose_name_plural = _("行政区划名单")


class Area(models.Model):
    """A province, city or district. One that a later list no longer has stays, retired, for old addresses."""

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("省")
        CITY = 2, _("市")
        DISTRICT = 3, _("区县")

    id = models.PositiveIntegerField(_("代码"), primary_key=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    name = models.CharField(_("名称"), max_length=40)
    level = models.PositiveSmallIntegerField(_("级别"), choices=Level)
    version = models.CharField(_("最近出现的名单"), max_length=10)
    is_valid = models.BooleanField(_("有效"), default=True)

    class Meta:
        verbose_name = _("行政区划")
        verbose_name_plural = _("行政区划")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__range=(2, 3), parent__isnull=False),
                name="accounts_area_provinces_at_the_top",
            ),
        ]

    def __str__(self) -> str:
        return self.name
