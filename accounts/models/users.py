"""Users and their login sessions."""

import uuid
from collections.abc import Collection
from typing import Any

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
    email_nonce = models.CharField(
        max_length=32, blank=True, editable=False, help_text="The newest verification link's; empty once used."
    )
    nickname = models.CharField(_("昵称"), max_length=30, blank=True)
    avatar = models.FileField(_("头像"), upload_to="avatars", blank=True, editable=False)
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

    #: Whether the row said so when it was read.
    _was_active: bool = False

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> "User":
        user = super().from_db(db, field_names, values, **kwargs)
        user._was_active = bool(user.__dict__.get("is_active", False))
        return user

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row; a new password or a switched-off account ends every session, whoever saves it.

        The back office's own user form saves rows directly, so this cannot stand in a service alone.
        """
        # The admin's form sends "" for an empty mobile, and two empty ones are not the same number.
        self.mobile = self.mobile or None
        # Django clears the raw password when it only renews the hash, which is no change of password.
        new_password = self._password is not None  # type: ignore[attr-defined]
        if not self._state.adding and (new_password or (self._was_active and not self.is_active)):
            self.token_version += 1
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "token_version"}
        super().save(*args, **kwargs)
        self._was_active = self.is_active


class RefreshFamily(models.Model):
    """One login: the chain of refresh tokens of which only the newest counts.

    A token of the family that is not the newest was stolen or replayed, and ends the family. The last one
    before it is only refused for a few seconds: two tabs of one browser may ask at the same moment.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="refresh_families")
    current_jti = models.CharField(max_length=64)
    previous_jti = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(auto_now=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "revoked_at"], name="accounts_family_live")]
