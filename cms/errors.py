"""What can be wrong with content."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Invalid, NotFound


class SlotNotFound(NotFound):
    """No place has this name."""

    code = "ad_slot.not_found"
    text = _("没有这个广告位")
    field = "slot"


class ContentNotFound(NotFound):
    """There is no such page, or not now, or not for everybody."""

    code = "content.not_found"
    text = _("页面不存在")


class ContentInvalid(Invalid):
    """The blocks would be refused in the editor too; ``where`` is the path of the first that is wrong."""

    code = "content.invalid"
    text = _("内容有误（%(where)s）：%(reason)s")
