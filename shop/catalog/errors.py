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


class CategoryUnderItself(Invalid):
    code = "category.under_itself"
    text = _("分类不能移到自己或自己的下级分类之下")
    field = "parent"


class CategoryNameTaken(Invalid):
    code = "category.name_taken"
    text = _("同一上级下已有分类“%(name)s”")
    field = "name"


class CategoryHoldsProducts(Conflict):
    """A place in the tree where products cannot hang is wanted for a category that has some."""

    code = "category.holds_products"
    text = _("分类“%(name)s”下有商品，只能放在第三级")
    field = "parent"


class CategoryNotThird(Invalid):
    code = "category.not_third"
    text = _("商品只能放在第三级分类下")
    field = "category"


class BrandInUse(Conflict):
    code = "brand.in_use"
    text = _("品牌下还有商品，不能删除")


class FieldInvalid(Invalid):
    """A value that its column does not take; ``reason`` says why, in the active language."""

    code = "catalog.invalid"
    text = _("%(reason)s")


class Taken(Invalid):
    """A value that must be unique and belongs to another row."""

    code = "catalog.taken"
    text = _("“%(value)s”已被使用")


class SaleTimesReversed(Invalid):
    code = "spu.sale_times_reversed"
    text = _("下架时间必须晚于上架时间")
    field = "off_sale_at"


class NothingToSell(Conflict):
    code = "spu.nothing_to_sell"
    text = _("没有在售的 SKU，不能上架：%(names)s")


class SpuSold(Conflict):
    code = "spu.sold"
    text = _("商品“%(name)s”已有订单，不能删除，请改为下架")


class SkuSold(Conflict):
    code = "sku.sold"
    text = _("SKU“%(name)s”已有订单，不能删除，请改为停售")


class SpecNeedsOptions(Invalid):
    code = "spec.needs_options"
    text = _("规格“%(spec)s”至少需要一个选项")
    field = "specs"


class SpecInUse(Conflict):
    code = "spec.in_use"
    text = _("现有 SKU 靠规格“%(spec)s”区分，请先删除多余的 SKU，再删除该规格")
    field = "specs"


class OptionInUse(Conflict):
    code = "option.in_use"
    text = _("选项“%(option)s”已用于 SKU，不能删除")
    field = "specs"


class TooManyCombinations(Invalid):
    code = "spu.too_many_combinations"
    text = _("所选规格共有 %(count)s 种组合，超过一次 %(most)s 种的上限，请减少所选的选项")
    field = "options"
