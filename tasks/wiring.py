"""The one visible table: which event starts which task. An architecture test finds events left out."""

from collections.abc import Callable
from typing import Any

from accounts.addressing.events import AreasChanged
from accounts.events import MailQueued, SmsQueued
from cms.events import AdsChanged, ContentChanged, HomeChanged, PictureChanged
from cms.services.telling import STALE
from kernel.events import Event, listen
from media.events import PictureStored
from search.events import RebuildAsked, SynonymsChanged
from shop.catalog.events import CatalogChanged, SkusChanged
from shop.payments.events import PaymentConfirmed, RefundEnded, RefundQueued
from tasks import areas, content, index, mail, media, payments, refunds, sms

TABLE: list[tuple[type[Event], Callable[[Any], object]]] = [
    (AreasChanged, lambda event: areas.drop_area_bytes()),
    (SkusChanged, lambda event: index.index_skus(list(event.sku_ids))),
    (SkusChanged, lambda event: content.drop_catalog_bytes()),
    (CatalogChanged, lambda event: content.drop_catalog_bytes()),
    (SynonymsChanged, lambda event: index.learn_synonyms()),
    (RebuildAsked, lambda event: index.rebuild_index()),
    (HomeChanged, lambda event: content.drop_bytes([*STALE[HomeChanged]])),
    (HomeChanged, lambda event: content.prepare_home()),
    (ContentChanged, lambda event: content.drop_bytes([*STALE[ContentChanged]])),
    (AdsChanged, lambda event: content.drop_bytes([*STALE[AdsChanged]])),
    (PictureChanged, lambda event: content.drop_bytes([*STALE[PictureChanged]])),
    (PictureChanged, lambda event: media.make_renditions(event.image_id)),
    (PictureStored, lambda event: media.make_renditions(event.image_id)),
    (SmsQueued, lambda event: sms.send_sms(event.message_id)),
    (MailQueued, lambda event: mail.send_mail(event.message_id)),
    (PaymentConfirmed, lambda event: payments.close_other_payments(event.order_id)),
    (RefundQueued, lambda event: refunds.send_refund(event.refund_id)),
    (RefundEnded, lambda event: refunds.follow_refund(event.refund_id)),
]


def connect() -> None:
    """Let every event of the table start its task."""
    for event_type, handler in TABLE:
        listen(event_type, handler)
