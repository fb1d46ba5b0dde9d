"""Product texts in Wagtail's editor, kept as plain HTML.

The shop serves these texts without Wagtail, and imports bring their own HTML, so what is stored is HTML
with ``<img src>``; a picture of the library carries its id in ``data-image-id``, by which the editor knows
it again. Texts with elements that the editor cannot show (tables, say) are edited as source, so that opening
and saving never loses them.
"""

import json
import re
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from draftjs_exporter import DOM
from wagtail.admin.rich_text.converters.contentstate_models import ContentState, Entity
from wagtail.admin.rich_text.converters.html_to_contentstate import AtomicBlockEntityElementHandler
from wagtail.admin.rich_text.editors.draftail import DraftailRichTextArea
from wagtail.admin.rich_text.editors.draftail import features as draftail
from wagtail.images.shortcuts import get_rendition_or_not_found
from wagtail.rich_text.feature_registry import FeatureRegistry

from media.models import SIZES, MallImage

FEATURE = "product-picture"
FEATURES = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "hr", FEATURE]

#: Wagtail's names for pictures beside the text, and our classes for them.
SIDES = ("left", "right")
#: The elements that the editor gives back as it got them.
SHOWN = {"p", "br", "hr", "h2", "h3", "h4", "b", "strong", "i", "em", "ol", "ul", "li", "img"}
_TAG = re.compile(r"<([a-z][a-z0-9]*)", re.IGNORECASE)
_VOID = re.compile(r'<(br|hr|img)((?:\s+[^\s=>/]+(?:="[^"]*")?)*)\s*/?>', re.IGNORECASE)


class PictureHandler(AtomicBlockEntityElementHandler):
    """Reads ``<img>`` into the editor."""

    def create_entity(self, name: str, attrs: dict[str, str], state: Any, contentstate: ContentState) -> Entity:
        data = {
            "id": attrs.get("data-image-id"),
            "src": attrs.get("src", ""),
            "alt": attrs.get("alt", ""),
            "format": attrs.get("class") or "fullwidth",
        }
        return Entity("IMAGE", "IMMUTABLE", data)


def picture_element(props: dict[str, Any]) -> Any:
    """Writes a picture of the editor as ``<img>``: of the library in its full size, any other as it came."""
    attributes = {"alt": props.get("alt") or ""}
    if props.get("format") in SIDES:
        attributes["class"] = props["format"]
    image = _from_library(props.get("id"))
    if image is None:
        return DOM.create_element("img", {"src": props.get("src") or "", **attributes})
    rendition = get_rendition_or_not_found(image, SIZES["full"])
    size = {"width": str(rendition.width), "height": str(rendition.height)}
    return DOM.create_element("img", {"src": rendition.url, **attributes, **size, "data-image-id": str(image.pk)})


def _from_library(image_id: Any) -> MallImage | None:
    return MallImage.objects.filter(pk=image_id).first() if str(image_id or "").isdecimal() else None


def register(features: FeatureRegistry) -> None:
    """Let Wagtail's editor know the feature ``product-picture``."""
    features.register_editor_plugin(
        "draftail",
        FEATURE,
        draftail.EntityFeature(
            {
                "type": "IMAGE",
                "icon": "image",
                "description": _("图片"),
                "attributes": ["id", "src", "alt", "format"],
                # Pasted pictures of other sites are dropped: they would vanish with those sites.
                "allowlist": {"id": True},
                "chooserUrls": {"imageChooser": reverse_lazy("wagtailimages_chooser:choose")},
            },
            js=["wagtailimages/js/image-chooser-modal.js"],
        ),
    )
    features.register_converter_rule(
        "contentstate",
        FEATURE,
        {
            "from_database_format": {"img": PictureHandler()},
            "to_database_format": {"entity_decorators": {"IMAGE": picture_element}},
        },
    )


class ProductTextArea(DraftailRichTextArea):
    """Wagtail's editor over plain HTML; the HTML itself where the editor cannot show all of it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, features=FEATURES)
        self.source = forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "product-source"})

    def format_value(self, value: Any) -> Any:
        return super().format_value(_VOID.sub(r"<\1\2/>", value or ""))

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        if self.can_show(value or ""):
            return super().render(name, value, attrs, renderer)
        return self.source.render(name, value, {**self.source.attrs, **(attrs or {})}, renderer)

    def can_show(self, html: str) -> bool:
        """Whether the editor would give this text back as it is."""
        if not {tag.lower() for tag in _TAG.findall(html)} <= SHOWN:
            return False
        try:
            self.format_value(html)
        except (AssertionError, AttributeError, KeyError):
            # Wagtail's converter gives up on lists that are not nested as it expects.
            return False
        return True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        sent = data.get(name)
        if sent is None:
            return None
        try:
            blocks = json.loads(sent)
        except ValueError:
            return str(sent)
        if blocks is None:
            # What the editor sends for an empty text.
            return ""
        if not isinstance(blocks, dict) or "blocks" not in blocks:
            return str(sent)
        text: str = super().value_from_datadict(data, files, name)
        return text
