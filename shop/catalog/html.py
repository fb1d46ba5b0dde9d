"""The HTML that product texts may hold, whoever wrote it: the editor, an import, the demo shop."""

import nh3

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "blockquote", "figure", "figcaption", "div", "span"),
    *("b", "strong", "i", "em", "u", "s", "sub", "sup"),
    *("ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
    *("a", "img"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    # data-image-id lets the editor find the picture in the library again.
    "img": {"src", "alt", "width", "height", "data-image-id"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
#: Pictures that stand beside the text; all others have its whole width.
CLASSES = {"img": {"left", "right"}}


def clean_html(text: str) -> str:
    """This HTML with only what a product text may hold: no script, style, event handler or foreign scheme."""
    clean = nh3.clean(
        text.replace("\x00", ""),
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        clean_content_tags={"script", "style"},
        url_schemes={"http", "https", "tel", "mailto"},
    )
    # Editors leave empty paragraphs around pictures, and one for a text that is empty.
    return clean.replace("<p></p>", "").strip()
