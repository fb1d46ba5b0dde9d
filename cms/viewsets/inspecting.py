"""Detail pages with times on the shop's clock and yes or no in words."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.views import generic


class PlainInspectView(generic.InspectView):
    """Wagtail 8.0's own view prints times in UTC, and Python's True, False and None."""

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, datetime) and timezone.is_aware(value):
            return timezone.localtime(value)
        if isinstance(value, bool):
            return _("是") if value else _("否")
        return "-" if value is None or value == "" else value
