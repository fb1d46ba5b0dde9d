"""Which products a block shows: picked by hand, found by a rule, or first the one and then the other."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.schedule import ScheduledBlock
from cms.choosers import BrandChooserBlock, CategoryChooserBlock, SkuChooserBlock


class RuleOrder(models.TextChoices):
    """What a rule puts first."""

    NEWEST = "newest", _("最新上架")
    BEST_SELLING = "best_selling", _("销量最高")
    CHEAPEST = "cheapest", _("价格最低")


class RuleMark(models.TextChoices):
    """A mark that merchants give products; a rule may ask for it."""

    NEW = "is_new", _("新品")
    HOT = "is_hot", _("热卖")
    RECOMMENDED = "is_recommended", _("推荐")


class WhenGone(models.TextChoices):
    """What becomes of a product that is sold out or has left the shelf."""

    HIDE = "hide", _("隐藏")
    SHOW = "show", _("仍展示，标记为售罄")


class RuleBlock(blocks.StructBlock):
    """Products by order, category (with everything below it), brand, price and mark."""

    order = blocks.ChoiceBlock(choices=RuleOrder.choices, default=RuleOrder.NEWEST, label=_("排序"))
    category = CategoryChooserBlock(required=False, label=_("分类"), help_text=_("包含其下级分类；留空：全部"))
    brand = BrandChooserBlock(required=False, label=_("品牌"))
    min_price = blocks.DecimalBlock(
        required=False, min_value=0, max_digits=12, decimal_places=2, label=_("最低价（元）")
    )
    max_price = blocks.DecimalBlock(
        required=False, min_value=0, max_digits=12, decimal_places=2, label=_("最高价（元）")
    )
    mark = blocks.ChoiceBlock(choices=RuleMark.choices, required=False, label=_("仅限带有标记的商品"))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        low, high = cleaned.get("min_price"), cleaned.get("max_price")
        if low is not None and high is not None and high < low:
            raise blocks.StructBlockValidationError(
                block_errors={"max_price": ValidationError(_("最高价不能低于最低价"), code="price_range.reversed")}
            )
        return cleaned

    class Meta:
        icon = "sliders"
        label = _("按规则")
        label_format = "{order}"


class ProductSourceBlock(blocks.StreamBlock):
    """Sources in order; the block is filled from the first, then from the next, each product once."""

    picked = blocks.ListBlock(SkuChooserBlock(label=_("商品")), label=_("手工挑选"), icon="pick", max_num=60)
    rule = RuleBlock()

    class Meta:
        icon = "tag"
        label = _("商品来源")
        help_text = _("可以先手工挑选，再用规则补足数量；同一商品只出现一次")
        max_num = 6


def count_block(default: int) -> blocks.IntegerBlock:
    """How many products are shown at the most."""
    return blocks.IntegerBlock(min_value=1, max_value=60, default=default, label=_("最多展示"))


def when_gone_block() -> blocks.ChoiceBlock:
    """Whether sold-out and withdrawn products leave the block."""
    return blocks.ChoiceBlock(choices=WhenGone.choices, default=WhenGone.HIDE, label=_("售罄或下架的商品"))


class ProductsBlock(ScheduledBlock):
    """A titled set of products; what every product block of the homepage is made of."""

    title = blocks.CharBlock(label=_("标题"), max_length=30)
    source = ProductSourceBlock(label=_("商品来源"))
    count = count_block(8)
    when_gone = when_gone_block()

    settings_names: tuple[str, ...] = ("when_gone",)
