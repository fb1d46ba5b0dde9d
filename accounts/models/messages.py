"""Messages on their way out. The row is the outbox: a task sends it by id, a sweep finds what was lost.

What a message says (a code, a link) is sealed while it waits and erased once it left or died.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User


class OutgoingMessage(models.Model):
    """What SMS and mail have in common: a state that only guarded updates change."""

    class State(models.TextChoices):
        QUEUED = "queued", _("待发送")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")
        #: It may have left: the answer never came, or the worker died. Never sent again.
        UNKNOWN = "unknown", _("结果未知")

    template = models.CharField(_("模板"), max_length=30)
    sealed = models.TextField(_("内容（加密）"), blank=True, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.QUEUED)
    vendor = models.CharField(_("通道"), max_length=30, blank=True)
    vendor_id = models.CharField(_("通道流水号"), max_length=100, blank=True)
    error = models.CharField(_("错误"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    next_try_at = models.DateTimeField(_("下次尝试"), default=timezone.now)
    expires_at = models.DateTimeField(_("过期时间"), help_text=_("过期后不再发送"))
    created_at = models.DateTimeField(_("创建时间"), default=timezone.now)
    changed_at = models.DateTimeField(_("状态时间"), default=timezone.now)

    class Meta:
        abstract = True


class SmsMessage(OutgoingMessage):
    """A text message to one mobile."""

    mobile = models.CharField(_("手机号"), max_length=11)
    pieces = models.PositiveSmallIntegerField(_("计费条数"), default=0)
    cost = models.DecimalField(_("费用（元）"), max_digits=8, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = _("短信")
        verbose_name_plural = _("短信")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["mobile", "-created_at"], name="accounts_sms_of_mobile"),
            models.Index(
                fields=["next_try_at"], name="accounts_sms_open", condition=Q(state__in=["queued", "sending"])
            ),
        ]


class MailMessage(OutgoingMessage):
    """A mail to one address."""

    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("用户"))
    to = models.CharField(_("收件人"), max_length=254)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")

    class Meta:
        verbose_name = _("邮件")
        verbose_name_plural = _("邮件")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="accounts_mail_open", condition=Q(state__in=["queued", "sending"])
            ),
        ]
