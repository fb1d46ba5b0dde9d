"""Product texts as HTML, made of the plain words of the data."""

from django.utils.html import format_html, format_html_join

from meiduo.demo.data.shapes import Product


def detail_html(product: Product) -> str:
    """What stands under the pictures: selling points, choices, facts."""
    points = format_html_join("", "<h3>{}</h3><p>{}</p>", product.points)
    choices = format_html_join(
        "",
        "<li><strong>{}</strong>：{}</li>",
        ((one.name, "、".join(option.value for option in one.options)) for one in product.specs),
    )
    facts = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", product.facts)
    lead = format_html("<p>{}</p>", product.caption.replace(" | ", "，") + "。")
    return (
        f"<h2>产品亮点</h2>{lead}{points}"
        f"<h2>可选规格</h2><ul>{choices}</ul>"
        f"<h2>规格参数</h2><table><tbody>{facts}</tbody></table>"
    )


def packing_html(product: Product) -> str:
    """What is in the parcel, one thing per line."""
    return format_html(
        "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((part,) for part in product.packing.split("、")))
    )


def service_html(promise: str) -> str:
    """What the buyer is promised, one promise per line."""
    lines = [line for line in promise.rstrip("。").split("；") if line]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line,) for line in lines)))
