"""What is below all parts: disk and clock."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection

from meiduo.env import env
from meiduo.parts import Finding, Level, Part

LEAST_FREE = 1024**3
#: Seconds by which two clocks may differ before codes, tokens and schedules go wrong.
MOST_SKEW = 5


def ping() -> None:
    if shutil.disk_usage(env().var_dir).free < LEAST_FREE // 10:
        raise RuntimeError("the disk is full")


def examine() -> Iterator[Finding]:
    free = shutil.disk_usage(env().var_dir).free
    yield Finding(
        Level.GOOD if free > LEAST_FREE else Level.BAD,
        f"{free / 1024**3:.1f} GiB free in {env().var_dir}",
        "free some disk space, or move VAR_DIR",
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            skew = abs((datetime.now(UTC) - cursor.fetchone()[0]).total_seconds())
        yield Finding(
            Level.GOOD if skew < MOST_SKEW else Level.BAD,
            f"clock differs from the database's by {skew:.2f} s",
            "run a time service (chrony, systemd-timesyncd) on every machine",
        )
    else:
        sane = datetime.now(UTC).year >= 2026
        yield Finding(
            Level.GOOD if sane else Level.BAD, f"clock says {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "set the clock"
        )


PART = Part("machine", "this machine", vital=True, ping=ping, examine=examine)
