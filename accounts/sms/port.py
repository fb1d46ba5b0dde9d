"""What the mall wants of an SMS vendor, and what may go wrong with one.

To add a vendor: a class with ``name`` and ``send``, its dotted path in ``SMS_PROVIDERS``, and a line in
the port's contract test. An adapter maps its vendor's codes to ``Fault`` and raises one of three kinds:
the kind decides whether the next vendor is asked.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol


class Fault(enum.StrEnum):
    """Why a message did not leave, in our words."""

    NUMBER = "number"
    BLOCKED = "blocked"
    TOO_OFTEN = "too_often"
    CONTENT = "content"
    BALANCE = "balance"
    KEYS = "keys"
    SIGNATURE = "signature"
    TEMPLATE = "template"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sms:
    """One message to one mobile: a template of ours with its parameters, in the template's order."""

    mobile: str
    template: str
    params: Mapping[str, str] = field(repr=False)
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The vendor took it. ``cost`` in yuan when the vendor says."""

    vendor_id: str = ""
    pieces: int = 1
    cost: Decimal | None = None


class SmsTrouble(Exception):
    """It did not leave. ``vendor_code`` is the vendor's own, for the log and the row."""

    def __init__(self, fault: Fault, vendor_code: str = "") -> None:
        super().__init__(f"{fault} {vendor_code}".strip())
        self.fault = fault
        self.vendor_code = vendor_code


class VendorFailed(SmsTrouble):
    """This vendor cannot send now; another one may."""


class MessageRefused(SmsTrouble):
    """Nobody should send this: the number, the content, or too many of them."""


class Unclear(SmsTrouble):
    """It may have left: the request went out and no usable answer came. Never sent again."""


#: The faults that lie with the message and not with the vendor.
REFUSALS = frozenset({Fault.NUMBER, Fault.BLOCKED, Fault.TOO_OFTEN, Fault.CONTENT})


def trouble(fault: Fault, vendor_code: str) -> SmsTrouble:
    """The kind of trouble that this fault is."""
    return (MessageRefused if fault in REFUSALS else VendorFailed)(fault, vendor_code)


class SmsProvider(Protocol):
    """One vendor."""

    name: str

    def send(self, sms: Sms) -> Receipt:
        """Hand this message to the vendor once.

        Raises: VendorFailed, MessageRefused, Unclear.
        """
        ...
