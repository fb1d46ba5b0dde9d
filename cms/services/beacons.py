"""What storefronts tell about banners and blocks that were seen and clicked, taken in without a statement.

Nothing personal is kept: the storefront's random id of a browser becomes a hash that is another one every day,
and neither an address nor a user stands beside it. Lines wait in a journal until ``cms.services.figures`` counts.
"""

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kernel import clock, journal, limits

logger = logging.getLogger(__name__)

#: The journal's name.
JOURNAL = "beacons"
#: What a storefront may use as the id of a browser.
VISITOR = re.compile(r"[A-Za-z0-9_-]{16,64}")
#: Programs that read pages without anybody looking. A browser always says what it is.
_BOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|scrap|fetch|monitor|preview|headless|phantom|lighthouse|python|curl|wget|java/"
    r"|okhttp/?$|go-http|axios|node-fetch|libwww|httpclient|baiduspider|sogou web|360spider|bytespider|yisou",
    re.IGNORECASE,
)

Kind = Literal["impression", "click"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something was seen or clicked on; ``variant`` is a or b where two versions are tested."""

    block_key: str
    kind: Kind
    variant: str = ""


def is_bot(agent: str) -> bool:
    """Whether nobody sits behind this user agent."""
    return not agent.strip() or _BOT.search(agent) is not None


def visitor_hash(visitor: str, day: date) -> str:
    """What stands for a browser on one day."""
    return salted_hmac(f"cms.visitor.{day.isoformat()}", visitor, algorithm="sha256").hexdigest()[:32]


def receive(*, visitor: str, sightings: Sequence[Sighting], agent: str, address: str) -> None:
    """These sightings will be counted, unless a bot or a flood sent them. Never fails, and says nothing of it."""
    if not sightings or is_bot(agent) or not clock.is_real() or not VISITOR.fullmatch(visitor):
        return
    try:
        limits.take(
            limits.Window(limits.key("beacons", limits.network_of(address)), settings.BEACONS_PER_MINUTE, seconds=60)
        )
    except limits.Limited:
        return
    except Exception:
        # Counts are worth no failure; without the limit's store nothing is let in.
        logger.warning("beacon dropped: its limit cannot be counted", exc_info=True)
        return
    now = clock.now()
    line = {
        "at": now.timestamp(),
        "visitor": visitor_hash(visitor, timezone.localdate(now)),
        "seen": [[one.block_key, one.variant, one.kind == "click"] for one in sightings],
    }
    journal.append(JOURNAL, [json.dumps(line, separators=(",", ":"))])


def note_order(*, number: str, visitor: str) -> None:
    """This order was placed in this browser; it will belong to the last click there. Never fails, no statement."""
    if not VISITOR.fullmatch(visitor) or not clock.is_real():
        return
    today = timezone.localdate(clock.now())
    line = {
        "order": number,
        # Yesterday's clicks stand under yesterday's hash.
        "visitors": [visitor_hash(visitor, today), visitor_hash(visitor, today - timedelta(days=1))],
    }
    journal.append(JOURNAL, [json.dumps(line, separators=(",", ":"))])
