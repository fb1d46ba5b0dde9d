"""Asking where parcels are: each answer is kept for a while, and a provider that fails is no failure of ours."""

import hashlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.shipping.tracking.port import Happening, Step, TrackingFailed, TrackingProvider, Waybill
from shop.shipping.tracking.registry import provider

logger = logging.getLogger(__name__)

#: Seconds for all parcels of one answer together; who is not asked by then is asked next time.
PATIENCE = 6.0

NO_NEWS = _("暂无物流信息")
NOT_NOW = _("暂时查不到物流信息，请稍后再看")


@dataclass(frozen=True, slots=True)
class Track:
    """What is known of a parcel's way, newest first; ``note`` says why it is empty."""

    events: Sequence[Happening] = ()
    note: str | Promise = ""


def tracks_of(waybills: Sequence[Waybill]) -> list[Track]:
    """Where these parcels are, in their order. Call it outside of transactions: it may ask over the network.

    Never raises for a provider's or the cache's sake.
    """
    asked = provider()
    if asked is None:
        return [Track(note=NO_NEWS) for _waybill in waybills]
    until = time.monotonic() + PATIENCE
    return [_track(asked, waybill, until) for waybill in waybills]


def _track(asked: TrackingProvider, waybill: Waybill, until: float) -> Track:
    key = _key(asked, waybill)
    kept = _load(key)
    if kept is not None:
        return kept
    if time.monotonic() > until:
        return Track(note=NOT_NOW)
    try:
        found = Track(tuple(asked.follow(waybill)))
    except TrackingFailed as failed:
        logger.warning("tracking failed", extra={"provider": asked.name, "detail": str(failed)[:200]})
        _keep(key, None, settings.TRACKING_KEPT["failed"])
        return Track(note=NOT_NOW)
    _keep(key, found, settings.TRACKING_KEPT["found"])
    return found if found.events else Track(note=NO_NEWS)


def _key(asked: TrackingProvider, waybill: Waybill) -> str:
    text = f"{asked.name}\x1f{waybill.carrier}\x1f{waybill.number}"
    return f"tracking:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _load(key: str) -> Track | None:
    try:
        kept: dict[str, Any] | None = cache.get(key)
    except Exception:
        # A cache that is down keeps nothing; the provider is asked instead.
        logger.warning("tracking cache cannot be read", exc_info=True)
        return None
    if kept is None:
        return None
    if kept["failed"]:
        return Track(note=NOT_NOW)
    events = tuple(Happening(datetime.fromisoformat(at), text, Step(state)) for at, text, state in kept["events"])
    return Track(events, "" if events else NO_NEWS)


def _keep(key: str, track: Track | None, seconds: int) -> None:
    events = [[one.at.isoformat(), one.text, one.state.value] for one in track.events] if track else []
    value = {"failed": track is None, "events": events}
    try:
        cache.set(key, value, seconds)
    except Exception:
        logger.warning("tracking cache cannot be written", exc_info=True)
