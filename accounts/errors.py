"""What accounts refuse."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, Invalid, NotAuthenticated, TooOften


class CaptchaRequired(Invalid):
    code = "captcha.required"
    text = _("请输入图形验证码")
    field = "text"


class CaptchaWrong(Invalid):
    code = "captcha.wrong"
    text = _("图形验证码错误或已失效")
    field = "text"


class SmsTooSoon(Invalid):
    """The 60-second rule, which the public clients expect as a 400."""

    code = "sms.too_soon"
    text = _("发送短信过于频繁")

    def __init__(self, *, retry_after: int, **params: Any) -> None:
        super().__init__(retry_after=retry_after, **params)


class SmsTooOften(TooOften):
    code = "sms.too_often"
    text = _("短信发送次数已达上限，请稍后再试")


class SmsCodeWrong(Invalid):
    """Wrong, used, expired, never sent, or guessed too often: these are not told apart."""

    code = "sms_code.wrong"
    text = _("短信验证码错误或已失效")
    field = "sms_code"


class NotAllowed(Invalid):
    code = "allow.required"
    text = _("请先阅读并同意用户协议")
    field = "allow"


class UsernameTaken(Invalid):
    code = "username.taken"
    text = _("该用户名已被使用")
    field = "username"


class UsernameUnfit(Invalid):
    code = "username.unfit"
    text = _("用户名为 5–20 个字符，且不能全为数字")
    field = "username"


class MobileTaken(Invalid):
    code = "mobile.taken"
    text = _("该手机号已注册")
    field = "mobile"


class MobileNeedsCode(Invalid):
    """A form without a code cannot prove that somebody holds another mobile."""

    code = "mobile.needs_code"
    text = _("更换手机号需要短信验证，此处不能修改")
    field = "mobile"


class MobileUnknown(Invalid):
    """Told only to someone who proved to hold the mobile."""

    code = "mobile.unknown"
    text = _("该手机号尚未注册")
    field = "mobile"


class EmailUnfit(Invalid):
    code = "email.unfit"
    text = _("邮箱格式不正确")
    field = "email"


class EmailTaken(Invalid):
    code = "email.taken"
    text = _("该邮箱已被其他账号验证")
    field = "email"


class EmailTokenRefused(Invalid):
    """Not ours, too old, used, or the address changed since."""

    code = "email.token_refused"
    text = _("验证链接无效或已失效")
    field = "token"


class PasswordsDiffer(Invalid):
    code = "password.differ"
    text = _("两次输入的密码不一致")
    field = "password2"


class PasswordUnfit(Invalid):
    code = "password.unfit"
    text = _("%(reason)s")
    field = "password"


class PasswordWrong(Invalid):
    code = "password.wrong"
    text = _("密码错误")
    field = "old_password"


class LoginRefused(Invalid):
    """Unknown name, wrong password or a disabled account: these are not told apart."""

    code = "login.refused"
    text = _("用户名或密码错误")


class LoginTooOften(TooOften):
    code = "login.too_often"
    text = _("登录失败次数过多，请 %(retry_after)s 秒后再试")


class RefreshRefused(NotAuthenticated):
    code = "auth.refresh_refused"
    text = _("登录已失效，请重新登录")


class ResetTokenRefused(Invalid):
    code = "password.token_refused"
    text = _("凭证无效或已失效，请重新验证")
    field = "access_token"


class StaffStays(Conflict):
    code = "account.staff"
    text = _("员工账号请由管理员处理，不能自行注销")


class ProofRequired(Invalid):
    code = "account.proof_required"
    text = _("请提供密码或短信验证码")
    field = "password"
