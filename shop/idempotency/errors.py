"""What can be wrong with a key."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict


class KeyMismatch(Conflict):
    """The key was used before, with another body."""

    code = "idempotency.mismatch"
    text = _("该 Idempotency-Key 已用于内容不同的请求")


class RowsBusy(Conflict):
    """A row that the work needs stayed locked longer than a buyer would wait; nothing was done."""

    code = "busy"
    text = _("当前购买人数较多，请稍后重试")


class KeyInFlight(Conflict):
    """The twin of this request is still at work."""

    code = "idempotency.in_flight"
    text = _("相同的请求正在处理，请稍后再试")
