"""Order numbers."""

import secrets

from django.utils import timezone

from kernel import clock

#: Digits of chance at the end: nobody guesses the number of an order from their own.
TAIL = 7


def new_number() -> str:
    """22 digits: local time to the millisecond, so numbers sort by it, then a random tail."""
    now = timezone.localtime(clock.now())
    return f"{now:%y%m%d%H%M%S}{now.microsecond // 1000:03d}{secrets.randbelow(10**TAIL):0{TAIL}d}"
