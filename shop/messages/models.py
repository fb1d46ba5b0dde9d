"""What buyers write to the shop, and what the shop answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BuyerMessage(models.Model):
    """A message of a buyer; ``answered_at`` is set with the answer and with nothing else."""

    class Kind(models.IntegerChoices):
        NOTE = 1, _("留言")
        COMPLAINT = 2, _("投诉")
        QUESTION = 3, _("询问")
        AFTER_SALES = 4, _("售后")
        WANTED = 5, _("求购")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages", verbose_name=_("用户"))
    kind = models.PositiveSmallIntegerField(_("类型"), choices=Kind, default=Kind.NOTE)
    subject = models.CharField(_("主题"), max_length=100)
    message = models.TextField(_("内容"), max_length=2000)
    picture = models.FileField(_("图片"), upload_to="messages", blank=True)
    answer = models.TextField(_("回复"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("回复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("回复人")
    )
    created_at = models.DateTimeField(_("留言时间"))

    class Meta:
        verbose_name = _("留言")
        verbose_name_plural = _("留言")
        ordering = ["-id"]
        permissions = [("answer_buyermessage", "Can answer messages of buyers")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="shop_message_answer_has_its_time",
            ),
            models.CheckConstraint(condition=Q(kind__range=(1, 5)), name="shop_message_five_kinds"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="shop_message_newest"),
            models.Index(fields=["-id"], condition=Q(answer=""), name="shop_message_open"),
        ]

    def __str__(self) -> str:
        return self.subject
