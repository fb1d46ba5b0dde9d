"""Which account at QQ, Weibo or WeChat opens which account here."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User


class OAuthBinding(models.Model):
    """One identity at a provider opens one account here, and an account has one identity per provider."""

    user = models.ForeignKey(User, models.CASCADE, related_name="oauth_bindings", verbose_name=_("用户"))
    provider = models.CharField(_("平台"), max_length=20)
    openid = models.CharField(max_length=128)
    unionid = models.CharField(max_length=128, blank=True)
    nickname = models.CharField(_("昵称"), max_length=60, blank=True)
    avatar = models.CharField(_("头像"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("绑定时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("第三方账号")
        verbose_name_plural = _("第三方账号")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "openid"], name="accounts_one_user_per_openid"),
            models.UniqueConstraint(fields=["user", "provider"], name="accounts_one_binding_per_provider"),
            # One person has an openid per app of the platform, and one unionid over all of them.
            models.UniqueConstraint(
                fields=["provider", "unionid"], condition=~Q(unionid=""), name="accounts_one_user_per_unionid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.nickname}".strip()
