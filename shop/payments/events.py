"""What others may want to know about money. Ids only; read the rows again."""

from dataclasses import dataclass

from kernel.events import Event


@dataclass(frozen=True)
class PaymentConfirmed(Event):
    """A gateway's money has come and paid this order."""

    order_id: int


@dataclass(frozen=True)
class RefundQueued(Event):
    """A refund row is ready to be sent to its gateway."""

    refund_id: int


@dataclass(frozen=True)
class RefundEnded(Event):
    """A refund succeeded or failed for good."""

    refund_id: int
