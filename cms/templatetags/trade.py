"""Words and amounts as the trade desk's pages print them."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.images.shortcuts import get_rendition_or_not_found

from cms.viewsets.columns import THUMB
from cms.viewsets.trade.order_detail import signed
from cms.viewsets.trade.words import gateway_name, reason_text
from shop.shipping.carriers import carrier_name

register = template.Library()


@register.filter
def yuan(amount: Decimal | None) -> str:
    """``¥6,499.00``; a dash where there is no amount."""
    return "-" if amount is None else signed(amount)


@register.filter
def carrier(code: str) -> str:
    """The carrier's name."""
    return carrier_name(code)


@register.filter
def gateway(name: str) -> str:
    """The gateway's name."""
    return str(gateway_name(name))


@register.filter
def after_sale_reason(value: str) -> str:
    """Why a buyer wants money back, in words."""
    return str(reason_text(value))


@register.simple_tag
def picture_of(image: Any) -> SafeString:
    """A small picture whose renditions were fetched along."""
    found = get_rendition_or_not_found(image, THUMB)
    return format_html('<img src="{}" alt="" width="48" height="48" loading="lazy">', found.url)
