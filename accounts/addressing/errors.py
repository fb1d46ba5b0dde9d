"""What can be wrong with an area or an address."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Invalid, NotFound


class AreaNotFound(NotFound):
    code = "area.not_found"
    text = _("没有这个地区")


class AreaListInvalid(Invalid):
    """A list of areas that cannot be loaded; ``line`` is counted as an editor counts."""

    code = "area_list.invalid"
    text = _("行政区划名单第 %(line)s 行有误：%(reason)s")


class AddressNotFound(NotFound):
    code = "address.not_found"
    text = _("地址不存在")


class AreaUnfit(Invalid):
    """No such area at that level, or it lies elsewhere than in the one above it."""

    code = "address.area_unfit"
    text = _("省、市、区不匹配，请重新选择")


class TooManyAddresses(Invalid):
    code = "address.too_many"
    text = _("最多保存 %(limit)s 个地址")
