"""Where something leads. A link keeps what it means, never the address that this had one day."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.choosers import CategoryChooserBlock, SkuChooserBlock
from cms.validators import check_address


class AddressBlock(blocks.CharBlock):
    """An http(s) address or a path of this site; scripts and ``//host`` are refused at the field."""

    def __init__(self, required: bool = True, help_text: object = None, **kwargs: object) -> None:
        kwargs.setdefault("validators", (check_address,))
        super().__init__(required=required, help_text=help_text, max_length=500, **kwargs)

    class Meta:
        icon = "link"


class LinkBlock(blocks.StreamBlock):
    """One typed target: a product, a category, a page, a search, or an address outside the shop's own things."""

    sku = SkuChooserBlock(label=_("商品"))
    category = CategoryChooserBlock(label=_("分类"))
    page = blocks.PageChooserBlock(label=_("页面"), icon="doc-empty")
    search = blocks.CharBlock(label=_("搜索词"), max_length=60, icon="search")
    url = AddressBlock(label=_("网址"), help_text=_("http(s) 网址，或以 / 开头的站内路径"))

    class Meta:
        icon = "link"
        label = _("链接到")
        max_num = 1


#: Where the browser opens a link.
TARGETS = [("_self", _("当前窗口")), ("_blank", _("新窗口"))]


class TargetBlock(blocks.ChoiceBlock):
    """The ``target`` of a link."""

    choices = TARGETS

    class Meta:
        icon = "link-external"
        label = _("打开方式")
        default = "_self"
