"""What the shop wants to know of a parcel under way.

To add a provider: a class with ``name`` and ``follow``, its dotted path in ``TRACKING_PROVIDERS``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Step(StrEnum):
    """Where a parcel is on its way."""

    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    DELIVERING = "delivering"
    SIGNED = "signed"
    RETURNING = "returning"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Waybill:
    """What a provider needs: the carrier's code, the number, when it left, and the receiver's mobile, if known."""

    carrier: str
    number: str
    sent_at: datetime
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to the parcel."""

    at: datetime
    text: str
    state: Step


class TrackingFailed(Exception):
    """Nobody can say now where it is; ``detail`` is for the log."""


class TrackingProvider(Protocol):
    """One service that knows parcels."""

    name: str

    def follow(self, waybill: Waybill) -> Sequence[Happening]:
        """What happened so far, newest first; none while the carrier knows nothing.

        Answers within a few seconds. Raises: TrackingFailed.
        """
        ...
