"""Numbers of payments at their gateway. A gateway never forgets one, so none is given out twice.

A number is the order's, ``P``, and a count. Orders' numbers begin with their moment and never come back. A count
would, in a database that was put back to an earlier moment: so there the counts go on at the next thousand, and
those below it, that may have been given out in the lost time, can still be named and asked for.
"""

import re
from collections.abc import Iterable, Iterator

from shop.orders.models import Order
from shop.payments.models import PaymentAttempt

#: Counts skipped when a database was put back; nobody starts so many payments for one order.
SKIPPED = 1000
#: Numbers after the last known one that are looked for.
LOOKED_FOR = 5


def next_number(order: Order) -> str:
    """The number of the order's next payment. Call it with the order locked. One query."""
    names = list(PaymentAttempt.objects.filter(order=order).values_list("out_trade_no", flat=True))
    return _number(order, max(len(names), *_counts(order, names), 0) + 1)


def number_after_gap(order: Order, names: Iterable[str]) -> str:
    """A number that nobody pays under; those given out from now on are larger than any of the lost time."""
    return _number(order, (max(_counts(order, names), default=0) // SKIPPED + 1) * SKIPPED)


def lost_numbers(order: Order, names: Iterable[str]) -> Iterator[str]:
    """The numbers that the order's payments of a lost time may have, where it has lived through one."""
    known = set(_counts(order, names))
    for gap in sorted(count for count in known if count % SKIPPED == 0):
        before = [count for count in known if gap - SKIPPED < count < gap]
        first = gap - SKIPPED + 1
        for count in range(first, min(max(before, default=first - 1) + LOOKED_FOR + 1, gap)):
            if count not in known:
                yield _number(order, count)


def _number(order: Order, count: int) -> str:
    # Gateways take letters, digits and underscores.
    return f"{order.number}P{count}"


def _counts(order: Order, names: Iterable[str]) -> list[int]:
    counted = re.compile(re.escape(order.number) + r"P([1-9][0-9]{0,8})")
    return [int(found.group(1)) for name in names if (found := counted.fullmatch(name))]
