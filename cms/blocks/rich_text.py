"""Rich text as editors may write it, and nothing that a page does not want."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

#: Pictures have blocks of their own, with alternative texts and sizes; embeds call other people's sites.
FEATURES = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "hr", "link", "document-link"]


def text_block() -> blocks.RichTextBlock:
    """Rich text with the features of this shop."""
    return blocks.RichTextBlock(features=FEATURES, label=_("正文"))
