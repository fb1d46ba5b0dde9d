"""What can be wrong with content."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Forbidden, Invalid, NotFound


class SlotNotFound(NotFound):
    """No place has this name."""

    code = "ad_slot.not_found"
    text = _("没有这个广告位")
    field = "slot"


class ContentNotFound(NotFound):
    """There is no such page, or not now, or not for everybody."""

    code = "content.not_found"
    text = _("页面不存在")


class MenuNotFound(NotFound):
    """No menu has this key."""

    code = "menu.not_found"
    text = _("没有这个菜单")
    field = "key"


class RedirectNotFound(NotFound):
    """Nothing moved from this path."""

    code = "redirect.not_found"
    text = _("这个路径没有跳转")
    field = "path"


class ContentInvalid(Invalid):
    """The blocks would be refused in the editor too; ``where`` is the path of the first that is wrong."""

    code = "content.invalid"
    text = _("内容有误（%(where)s）：%(reason)s")


class MomentUnreadable(Invalid):
    """``at`` is no date and time."""

    code = "moment.unreadable"
    text = _("请填写 ISO 8601 格式的时间，例如 2026-11-11T00:00:00+08:00")
    field = "at"


class MomentForbidden(Forbidden):
    """Another moment is for staff who may see what is scheduled, or for who has their signed pass."""

    code = "moment.forbidden"
    text = _("没有权限查看其他时刻的内容")
    field = "at"


class PassTooLong(Invalid):
    """A pass for people without a login ends soon."""

    code = "preview.too_long"
    text = _("预览链接最长有效 %(days)s 天")
    field = "lasts"
