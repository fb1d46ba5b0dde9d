"""The database's streaming replicas. Without them everything is read from the primary, and nothing closes."""

import time
from collections.abc import Iterator

from django.conf import settings
from django.db import Error, close_old_connections, connections

from meiduo.parts import Finding, Level, Part
from meiduo.replicas import PRIMARY, positions

_STANDBY = "make it a standby of DATABASE_URL's server (pg_basebackup -R), or take it out of DATABASE_REPLICA_URLS"

#: A replica that shows all there was within so many seconds is not behind.
LOOKS, MOMENT = 4, 0.1


class Behind(RuntimeError):
    """A replica is too far behind its primary to be read."""


def ping() -> None:
    close_old_connections()
    for alias in settings.REPLICAS:
        lag = seconds_behind(alias)
        if lag > settings.REPLICA_MAX_LAG:
            raise Behind(f"{alias} is {lag:.0f} s behind")


def seconds_behind(alias: str) -> float:
    """How old the last change is that the replica shows; 0 when it shows all there is, however old that is.

    Raises: NotAStandby, or the database's errors.
    """
    here = positions.flushed(connections[PRIMARY])
    for _look in range(LOOKS):
        if positions.replayed(connections[alias]) >= here:
            return 0.0
        # After a quiet hour the last change is an hour old, and the next one is only on its way.
        time.sleep(MOMENT)
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())")
        age = cursor.fetchone()[0]
    # A standby that has replayed no commit since it started says nothing.
    return max(0.0, float(age)) if age is not None else float("inf")


def examine() -> Iterator[Finding]:
    with connections[PRIMARY].cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        waits = cursor.fetchone()[0] != "off"
    yield Finding(
        Level.GOOD if waits else Level.BAD,
        f"the primary answers commits {'once' if waits else 'before'} they are on its disk",
        "set synchronous_commit = on: an answered order may be lost, and a replica's lag is told too short",
    )
    for alias in settings.REPLICAS:
        yield from _examine(alias)


def _examine(alias: str) -> Iterator[Finding]:
    where = f"{alias} ({connections[alias].settings_dict['HOST']}:{connections[alias].settings_dict['PORT'] or 5432})"
    try:
        lag = seconds_behind(alias)
        ours, its = _cluster(PRIMARY), _cluster(alias)
    except positions.NotAStandby:
        yield Finding(Level.BAD, f"{where} is no standby: it writes for itself, and is not read", _STANDBY)
        return
    except Error as trouble:
        connections[alias].close()
        said = str(trouble).strip().splitlines()[0]
        yield Finding(Level.WARNING, f"{where} is out: {said}", "start it; until then the primary is read")
        return
    if ours != its:
        yield Finding(Level.BAD, f"{where} is a standby of another cluster", _STANDBY)
        return
    fine = lag <= settings.REPLICA_MAX_LAG
    yield Finding(
        Level.GOOD if fine else Level.WARNING,
        f"{where} follows, {lag:.1f} s behind" + ("" if fine else ", and is not read"),
        "look at pg_stat_replication on the primary and at the replica's log; until it catches up the primary is read",
    )


def _cluster(alias: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT system_identifier FROM pg_control_system()")
        return int(cursor.fetchone()[0])


PART = Part("replicas", f"PostgreSQL, {len(settings.REPLICAS)}", vital=False, ping=ping, examine=examine)
