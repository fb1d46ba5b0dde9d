"""What can be wrong with the catalog."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, Invalid, NotFound


class CategoryNotFound(NotFound):
    code = "category.not_found"
    text = _("商品分类不存在")


class BrandNotFound(NotFound):
    code = "brand.not_found"
    text = _("品牌不存在")


class SpuNotFound(NotFound):
    code = "spu.not_found"
    text = _("商品不存在")


class SkuNotFound(NotFound):
    code = "sku.not_found"
    text = _("商品不存在或已下架")


class PriceRangeReversed(Invalid):
    code = "price_range.reversed"
    text = _("最低价不能高于最高价")
    field = "min_price"


class CategoryTooDeep(Invalid):
    code = "category.too_deep"
    text = _("商品分类最多三级")
    field = "parent"


class CategoryInUse(Conflict):
    code = "category.in_use"
    text = _("分类下还有子分类或商品，不能删除")


class OptionsTaken(Invalid):
    """Two SKUs of one SPU with the same option of every spec."""

    code = "sku.options_taken"
    text = _("已有相同规格的商品：%(options)s")
    field = "options"


class OptionsIncomplete(Invalid):
    code = "sku.options_incomplete"
    text = _("每个规格必须且只能选择一个选项：%(spec)s")
    field = "options"
