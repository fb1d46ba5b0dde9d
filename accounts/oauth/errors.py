"""What can go wrong on the way through another platform's login."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, Invalid, NotFound, Unavailable


class ProviderUnknown(NotFound):
    """A platform that this shop does not offer."""

    code = "oauth.provider_unknown"
    text = _("不支持这种登录方式")


class ProviderDown(Unavailable):
    """The platform does not answer, answers nonsense, or refuses our own keys."""

    code = "oauth.provider_down"
    text = _("第三方登录服务暂时不可用，请稍后再试")


class CodeRejected(Invalid):
    """The platform does not know this code: made up, used before, or too old."""

    code = "oauth.code_rejected"
    text = _("授权已失效，请重新登录")
    field = "code"


class StateRejected(Invalid):
    """Not a login that this browser began, or one that already ended."""

    code = "oauth.state_rejected"
    text = _("登录请求无效或已过期，请重新登录")
    field = "state"


class PathRefused(Invalid):
    """A place to return to that is not a plain path of this site."""

    code = "oauth.next_refused"
    text = _("返回地址必须是本站路径")
    field = "next"


class BindTokenRejected(Invalid):
    """Changed, too old, used, or of another platform."""

    code = "oauth.token_rejected"
    text = _("绑定凭证无效或已过期，请重新登录")
    field = "access_token"


class PasswordUnfitting(Invalid):
    """The mobile belongs to an account that this password does not open."""

    code = "oauth.password_wrong"
    text = _("该手机号已注册，密码错误")
    field = "password"


class AlreadyBound(Conflict):
    """The identity opens another account, or the account already has one of this platform."""

    code = "oauth.already_bound"
    text = _("该账号已绑定，请先解除原绑定")


class NotBound(NotFound):
    code = "oauth.not_bound"
    text = _("没有绑定该平台")


class LastWayIn(Conflict):
    """Without it nobody could log in to the account any more."""

    code = "oauth.last_way_in"
    text = _("这是唯一的登录方式，请先设置密码或绑定手机号")
