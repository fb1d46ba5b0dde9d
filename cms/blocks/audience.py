"""For whom a block of the homepage is. What is not for everybody never enters the public bytes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from accounts.selectors.tags import tag_choices
from cms.blocks.schedule import ScheduledBlock


class Who(models.TextChoices):
    """Who sees a block."""

    EVERYONE = "everyone", _("所有人")
    NEW = "new", _("新客（未登录，或还没有下过单）")
    SIGNED_IN = "signed_in", _("已登录的客户")
    TAG = "tag", _("带有标签的客户")
    WEB = "web", _("仅网页")
    APP = "app", _("仅 App 和小程序")


#: These stand in the public answer, each with its word; a storefront leaves out what is not for its kind.
PUBLIC = frozenset({Who.EVERYONE, Who.WEB, Who.APP})


class AudienceBlock(blocks.StructBlock):
    """Who sees a block; with ``tag`` which customers."""

    who = blocks.ChoiceBlock(choices=Who.choices, default=Who.EVERYONE, label=_("展示给"))
    tag = blocks.ChoiceBlock(
        choices=tag_choices,
        required=False,
        label=_("客户标签"),
        help_text=_("选择“带有标签的客户”时必填；标签在“客户”里维护"),
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["who"] == Who.TAG and not cleaned["tag"] and not self.is_deferred_validation:
            raise blocks.StructBlockValidationError(
                block_errors={"tag": ValidationError(_("请选择客户标签"), code="audience.no_tag")}
            )
        return cleaned

    class Meta:
        icon = "group"
        label = _("展示对象")
        label_format = "{who}"


class PlacedBlock(ScheduledBlock):
    """A block of its own on a page: it has times, and somebody whom it is for."""

    audience = AudienceBlock(required=False, label=_("展示对象"))
