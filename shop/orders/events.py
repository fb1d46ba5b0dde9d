"""What happened to orders, by id."""

from dataclasses import dataclass

from kernel.events import Event


@dataclass(frozen=True)
class OrderPlaced(Event):
    """An order exists and holds its pieces."""

    order_id: int


@dataclass(frozen=True)
class OrderPaid(Event):
    """An order's money has come, and it can be sent."""

    order_id: int


@dataclass(frozen=True)
class OrderCancelled(Event):
    """An order was closed before it was sent, and its pieces are back."""

    order_id: int


@dataclass(frozen=True)
class OrderShipped(Event):
    """The last parcel of an order has left."""

    order_id: int


@dataclass(frozen=True)
class OrderReceived(Event):
    """The buyer has the goods, by their word or by time."""

    order_id: int


@dataclass(frozen=True)
class OrderRefunded(Event):
    """Some or all of an order's money went back."""

    order_id: int
