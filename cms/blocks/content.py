"""The blocks of content pages: help, delivery, agreements, articles."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageChooserBlock

from cms.blocks.items import ALT_HELP
from cms.blocks.products import ProductsBlock
from cms.blocks.rich_text import text_block

TEXT = _("文字")
PICTURES = _("图片与商品")


class HeadingBlock(blocks.StructBlock):
    """A heading; with an anchor, the page's other parts and other pages can link to it."""

    text = blocks.CharBlock(label=_("文字"), max_length=60)
    level = blocks.ChoiceBlock(choices=[("2", _("大标题")), ("3", _("小标题"))], default="2", label=_("级别"))

    class Meta:
        icon = "title"
        label = _("标题")
        label_format = "{text}"
        group = TEXT


class QuoteBlock(blocks.StructBlock):
    """Somebody's words."""

    text = blocks.TextBlock(label=_("引文"), max_length=1000)
    source = blocks.CharBlock(label=_("出处"), max_length=60, required=False)

    class Meta:
        icon = "openquote"
        label = _("引用")
        group = TEXT


class PictureBlock(blocks.StructBlock):
    """A picture with its words."""

    image = ImageChooserBlock(label=_("图片"))
    alt = blocks.CharBlock(label=_("替代文字"), max_length=120, help_text=ALT_HELP)
    caption = blocks.CharBlock(label=_("图片说明"), max_length=120, required=False)

    class Meta:
        icon = "image"
        label = _("图片")
        label_format = "{alt}"
        group = PICTURES


class TableBlock(TypedTableBlock):
    """Rows and columns of short texts: freight, deadlines, addresses."""

    text = blocks.CharBlock(label=_("文字"), max_length=300, required=False)

    class Meta:
        icon = "table"
        label = _("表格")
        group = TEXT


class ProductCardsBlock(ProductsBlock):
    """Products that an article speaks of."""

    class Meta:
        icon = "tag"
        label = _("商品卡片")
        label_format = "{title}"
        group = PICTURES


class QuestionBlock(blocks.StructBlock):
    """A question and its answer, folded until asked for."""

    question = blocks.CharBlock(label=_("问题"), max_length=120)
    answer = text_block()

    class Meta:
        icon = "help"
        label = _("问答")
        label_format = "{question}"
        group = TEXT


class ColumnBlocks(blocks.StreamBlock):
    """What stands in one column."""

    heading = HeadingBlock()
    text = text_block()
    picture = PictureBlock()
    quote = QuoteBlock()


class ColumnsBlock(blocks.StructBlock):
    """Two to four columns side by side; on a phone one below the other."""

    columns = blocks.ListBlock(ColumnBlocks(label=_("栏")), label=_("栏"), min_num=2, max_num=4)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        empty = {
            number: ValidationError(_("这一栏没有内容"))
            for number, column in enumerate(cleaned["columns"])
            if not len(column)
        }
        if empty and not self.is_deferred_validation:
            raise blocks.StructBlockValidationError(
                block_errors={"columns": blocks.ListBlockValidationError(block_errors=empty)}
            )
        return cleaned

    class Meta:
        icon = "grip"
        label = _("分栏")
        group = PICTURES


class ContentBlocks(blocks.StreamBlock):
    """Everything that a content page is composed of."""

    heading = HeadingBlock()
    text = text_block()
    quote = QuoteBlock()
    table = TableBlock()
    question = QuestionBlock()
    picture = PictureBlock()
    products = ProductCardsBlock()
    columns = ColumnsBlock()

    class Meta:
        max_num = 300
