"""What search engines and shared links read of a page: title, description, Open Graph, JSON-LD."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one page."""

    title: str
    description: str = ""
    canonical: str = ""
    image: str = ""
    kind: str = "website"
    #: Whether search engines should keep it.
    listed: bool = True
    linked: list[Data] = field(default_factory=list)


def absolute(path: str) -> str:
    """A path of ours as buyers reach it."""
    return f"{settings.PUBLIC_URL}{path}"


def titled(title: str, site: Data) -> str:
    """A page's title with the shop's name behind it, unless whoever wrote it put the name there already."""
    name = site["name"]
    return title if title.startswith(name) or title.endswith(name) else f"{title} - {name}"


def home_head(home: Data) -> Head:
    seo, site = home["seo"], home["site"]
    shop = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": site["name"],
        "url": absolute("/"),
        "potentialAction": {
            "@type": "SearchAction",
            "target": absolute("/search/?text={search_term_string}"),
            "query-input": "required name=search_term_string",
        },
    }
    image = (seo["share_image"] or {}).get("large", "")
    return Head(seo["title"], seo["description"], seo["canonical_url"], image, linked=[shop])


def category_head(category: Data, site: Data) -> Head:
    path = f"/categories/{category['id']}/"
    image = (category["images"] or {}).get("full", "")
    return Head(
        titled(category["seo"]["title"], site),
        category["seo"]["description"] or _("%(name)s：精选好物与价格") % {"name": category["name"]},
        absolute(path),
        image,
        linked=[_crumbs(category)],
    )


def sku_head(sku: Data, site: Data) -> Head:
    pictures = [picture["full"] for picture in sku["pictures"]]
    availability = "OutOfStock" if sku["stock_state"] == "sold_out" else "InStock"
    product: Data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": sku["name"],
        "description": sku["seo"]["description"] or sku["name"],
        "sku": str(sku["id"]),
        "image": pictures,
        "offers": {
            "@type": "Offer",
            "price": sku["price"],
            "priceCurrency": "CNY",
            "availability": f"https://schema.org/{availability}",
            "url": absolute(f"/skus/{sku['id']}/"),
        },
    }
    if sku["brand"]:
        product["brand"] = {"@type": "Brand", "name": sku["brand"]["name"]}
    if sku["reviews"]["count"] and sku["reviews"]["average"] is not None:
        product["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": sku["reviews"]["average"],
            "reviewCount": sku["reviews"]["count"],
        }
    return Head(
        titled(sku["seo"]["title"], site),
        sku["seo"]["description"],
        absolute(f"/skus/{sku['id']}/"),
        pictures[0] if pictures else "",
        "product",
        linked=[product, _crumbs(sku["breadcrumb"])],
    )


def page_head(page: Data, site: Data) -> Head:
    seo = page["seo"]
    article: Data = {
        "@context": "https://schema.org",
        "@type": "Article" if page["type"] == "content" else "CollectionPage",
        "headline": page["title"],
        "description": seo["description"],
        "url": seo["canonical_url"],
        "dateModified": page["updated_at"],
    }
    return Head(
        titled(seo["title"], site),
        seo["description"],
        seo["canonical_url"],
        (seo["share_image"] or {}).get("large", ""),
        "article",
        linked=[article],
    )


def _crumbs(way: Data) -> Data:
    steps = [way["cat1"]["category"], way["cat2"], way["cat3"]]
    items = [
        {"@type": "ListItem", "position": place, "name": step["name"], "item": absolute(f"/categories/{step['id']}/")}
        for place, step in enumerate((step for step in steps if step), 1)
    ]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}
