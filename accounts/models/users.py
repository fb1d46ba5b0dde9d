"""Users and their login sessions."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

mobile_validator = RegexValidator(r"\A1[3-9]\d{9}\Z", _("手机号格式不正确"))
username_validator = RegexValidator(r"\A(?!\d+\Z)\w{5,20}\Z", _("用户名为 5–20 个字符，且不能全为数字"))


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Wagtail's abstract relations are untyped
    """A buyer or a member of staff; ``is_staff`` and groups open the back office, nothing else does."""

    class Gender(models.IntegerChoices):
        UNKNOWN = 0, _("未知")
        MALE = 1, _("男")
        FEMALE = 2, _("女")

    username = models.CharField(
        _("用户名"),
        max_length=150,
        unique=True,
        validators=[username_validator],
        error_messages={"unique": _("该用户名已被使用")},
    )
    mobile = models.CharField(
        _("手机号"), max_length=11, null=True, blank=True, unique=True, validators=[mobile_validator]
    )
    email = models.EmailField(_("邮箱"), blank=True)
    email_active = models.BooleanField(_("邮箱已验证"), default=False)
    nickname = models.CharField(_("昵称"), max_length=30, blank=True)
    gender = models.PositiveSmallIntegerField(_("性别"), choices=Gender, default=Gender.UNKNOWN)
    birthday = models.DateField(_("生日"), null=True, blank=True)
    token_version = models.PositiveIntegerField(
        _("令牌版本"), default=1, editable=False, help_text=_("每次加一，此前签发的令牌全部失效")
    )

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(email_active=True) & ~Q(email=""),
                name="accounts_one_user_per_verified_email",
            ),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        # The admin's form sends "" for an empty mobile, and two empty ones are not the same number.
        self.mobile = self.mobile or None
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class RefreshFamily(models.Model):
    """One login: the chain of refresh tokens of which only the newest counts.

    A token of the family that is not the newest was stolen or replayed, and ends the family.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="refresh_families")
    current_jti = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(auto_now=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "revoked_at"], name="accounts_family_live")]
