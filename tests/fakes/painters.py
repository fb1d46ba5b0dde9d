"""The demo shop loaded without drawing: dabs of colour instead of pictures, nothing left behind."""

import io
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Max
from django.test import override_settings
from PIL import Image
from wagtail.models import Collection, Revision

from accounts.models import Address, User
from cms.models import CategoryAd, ContentPage, HomePage, SiteSettings
from media.models import MallImage, Rendition
from meiduo.demo.loading import library
from meiduo.demo.pictures import Order, Painted
from search import engine as engines
from search.models import HotWord
from shop.catalog.models import Brand, Category, Picture, Sku, Spu
from shop.models import StockMovement


def dabs(orders: Sequence[Order], **ignored: Any) -> Generator[Painted, None, None]:
    """A dab of colour for every picture."""
    for order in orders:
        number = zlib.crc32(repr(order).encode())
        out = io.BytesIO()
        picture = Image.new("RGB", (24, 24), (number & 255, number >> 8 & 255, number >> 16 & 255))
        # Two orders may have one colour, but never one content.
        picture.save(out, "JPEG", comment=repr(order).encode())
        yield Painted(out.getvalue(), 24, 24, ())


@contextmanager
def dabbing(media_root: Path) -> Iterator[None]:
    """Inside, the demo paints dabs into this folder, and the database is the search engine."""
    with (
        override_settings(MEDIA_ROOT=media_root, SEARCH_ENGINE="search.engines.database.DatabaseEngine"),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(library, "painted", dabs)
        engines._kept.cache_clear()
        yield
    engines._kept.cache_clear()


def load(*args: str) -> str:
    """Load the demo and return what was said."""
    out = io.StringIO()
    call_command("load_demo", *args, stdout=out)
    return out.getvalue()


def everything() -> dict[str, Any]:
    """What a second loading could change: how many rows there are, and when one was written last."""
    counted = (
        *(Category, Brand, Spu, Sku, Picture, StockMovement, MallImage, Rendition, Revision),
        *(HomePage, ContentPage, CategoryAd, HotWord, User, Address, Collection),
    )
    return {model.__name__: model.objects.count() for model in counted} | {
        "spus": Spu.objects.aggregate(Max("updated_at")),
        "skus": Sku.objects.aggregate(Max("updated_at"), Max("index_dirty_at")),
        "settings": list(SiteSettings.objects.values()),
        "home": HomePage.objects.values_list("latest_revision", "last_published_at").get(),
    }
