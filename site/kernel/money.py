"""Yuan with two places. The only place that rounds."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
#: The largest amount a column of 12 digits holds.
MOST = Decimal("9999999999.99")


def yuan(value: Decimal | int | str) -> Decimal:
    """This amount with exactly two places, half a cent going up (away from zero).

    Raises: ValueError for what is not a finite number, or does not fit its column; TypeError for a float.
    """
    if isinstance(value, float):
        raise TypeError("money is never a float")
    try:
        amount = Decimal(value)
    except ArithmeticError as wrong:
        raise ValueError(f"not an amount: {value!r}") from wrong
    if not amount.is_finite() or abs(amount) > MOST:
        raise ValueError(f"not an amount: {value!r}")
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def text(amount: Decimal) -> str:
    """How money stands in JSON: ``"6499.00"``."""
    return f"{amount:.2f}"


def split(whole: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Shares of ``whole`` by weight, in cents, that always sum to it exactly.

    Each share is within a cent of its exact part; the cents left over go to the largest remainders,
    earlier ones first. With no weight at all the shares are as equal as cents allow.

    Raises: ValueError for no weights, or a negative one.
    """
    if not weights or any(weight < 0 for weight in weights):
        raise ValueError("shares need weights of zero or more")
    sign = -1 if whole < 0 else 1
    cents = int(yuan(abs(whole)) / CENT)
    total = sum(Decimal(weight) for weight in weights)
    parts = [Decimal(weight) for weight in weights] if total else [Decimal(1)] * len(weights)
    total = total or Decimal(len(weights))
    exact = [cents * part / total for part in parts]
    floors = [int(share.to_integral_value(rounding=ROUND_FLOOR)) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (floors[i] - exact[i], i))
    for i in by_remainder[: cents - sum(floors)]:
        floors[i] += 1
    return [sign * share * CENT for share in floors]
