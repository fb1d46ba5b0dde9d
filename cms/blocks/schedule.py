"""When something in content is shown. Every block and every item of a block has its own times."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class ScheduleBlock(blocks.StructBlock):
    """Shown from ``go_live_at`` (inclusive) to ``expire_at`` (exclusive); an empty side is open."""

    go_live_at = blocks.DateTimeBlock(required=False, label=_("上线时间"), help_text=_("留空：立即上线"))
    expire_at = blocks.DateTimeBlock(required=False, label=_("下线时间"), help_text=_("留空：一直展示"))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        start, end = cleaned.get("go_live_at"), cleaned.get("expire_at")
        if start and end and end <= start:
            raise blocks.StructBlockValidationError(
                block_errors={"expire_at": ValidationError(_("下线时间必须晚于上线时间"), code="schedule.reversed")}
            )
        return cleaned

    class Meta:
        icon = "date"
        label = _("展示时间")
        label_format = "{go_live_at} → {expire_at}"


class ScheduledBlock(blocks.StructBlock):
    """A struct with its own times, kept in the settings area of its form, below what it shows."""

    schedule = ScheduleBlock(required=False, label=_("展示时间"))

    #: Names of the children that stand in the settings area beside the schedule.
    settings_names: tuple[str, ...] = ()

    def get_form_layout(self) -> blocks.BlockGroup:
        settings = [*(name for name in ("schedule", "audience") if name in self.child_blocks), *self.settings_names]
        return blocks.BlockGroup(
            children=[name for name in self.child_blocks if name not in settings], settings=settings
        )
