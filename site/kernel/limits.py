"""How often something may happen. Counted and decided in one step, whatever runs beside it.

On Redis a rule set is one script, one round trip; on the embedded size one statement on the table
``kernel_limits`` (the kernel has no models: ``accounts`` owns the table). A rule set is all or none:
when one rule refuses, no other has counted. When the store is down the call raises, and whoever asked
must not go on: limits fail closed.

Call outside a transaction that may roll back, or the count is lost with it.
"""

import hashlib
import ipaddress
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import connection, transaction

from kernel.errors import TooOften
from kernel.shared_store import now_ms, on_redis, redis, slot_key

#: Seconds that a growing delay is remembered after the last attempt.
KEPT = 7200


def key(name: str, *parts: object) -> str:
    """A counter's key. What it counts by (mobile, address) stands in it only as a digest."""
    if not parts:
        return name
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode("utf-8", "replace"))
    return f"{name}:{digest.hexdigest()[:32]}"


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 that one IPv6 household owns."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if ip.version == 6:
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


@dataclass(frozen=True, slots=True)
class Window:
    """At most ``most`` times in ``seconds``, counted from the first of them."""

    kind: ClassVar[str] = "window"
    key: str
    most: int
    seconds: int

    @property
    def kept(self) -> int:
        return self.seconds

    def delays(self) -> list[tuple[int, int]]:
        return [(0, 0)]


@dataclass(frozen=True, slots=True)
class Backoff:
    """``free`` times at once; then after each ``per`` more the wait doubles, from ``first`` up to ``cap`` seconds."""

    kind: ClassVar[str] = "backoff"
    key: str
    free: int = 3
    per: int = 1
    first: int = 1
    cap: int = 3600
    kept: int = KEPT

    def delays(self) -> list[tuple[int, int]]:
        """The waits as (from this count on, milliseconds), largest count first."""
        steps = math.ceil(math.log2(self.cap / self.first)) if self.cap > self.first else 0
        ladder = [
            (self.free + step * self.per, min(self.cap, self.first * 2**step) * 1000) for step in range(steps + 1)
        ]
        return [*reversed(ladder), (0, 0)]


Rule = Window | Backoff


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule that refused, how often it has counted, and for how long it goes on refusing."""

    rule: Rule
    wait_ms: int
    count: int

    @property
    def retry_after(self) -> int:
        """Whole seconds, at least one."""
        return max(1, math.ceil(self.wait_ms / 1000))


class Limited(TooOften):
    """Rules refused; ``retry_after`` is the longest of their waits."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(retry_after=max(refusal.retry_after for refusal in refusals))


def take(*rules: Rule) -> None:
    """Count one more under every rule, or under none.

    Raises: Limited when a rule refuses; what the store raises when it is down.
    """
    if not rules:
        return
    now = now_ms()
    refusals = _redis_take(rules, now) if on_redis() else _database_take(rules, now)
    if refusals:
        raise Limited(refusals)


def settle(*, clear: Iterable[str] = (), undo: Iterable[str] = (), mark: Mapping[str, int] | None = None) -> None:
    """Start the ``clear`` counters anew, take one back from ``undo`` ones, set each ``mark`` for so many seconds."""
    changes = [(name, "clear", 0) for name in clear]
    changes += [(name, "undo", 0) for name in undo]
    changes += [(name, "mark", seconds * 1000) for name, seconds in (mark or {}).items()]
    if changes:
        now = now_ms()
        if on_redis():
            _redis_settle(changes, now)
        else:
            _database_settle(changes, now)


def marked(name: str) -> bool:
    """Whether a mark under this key still holds."""
    now = now_ms()
    if on_redis():
        until = redis().hget(_redis_key(name), "until")
        return until is not None and int(until) > now
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM kernel_limits WHERE key = %s AND until > %s AND count > 0", [name, now])
        return cursor.fetchone() is not None


def counted(name: str) -> int:
    """How often the counter under this key has counted in its present window; nothing is counted by asking."""
    now = now_ms()
    if on_redis():
        count, until = redis().hmget(_redis_key(name), "count", "until")
        return int(count) if count is not None and until is not None and int(until) > now else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count FROM kernel_limits WHERE key = %s AND until > %s", [name, now])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def forget_expired() -> int:
    """Drop counters that no longer count, and return how many. Redis drops its own."""
    if on_redis():
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_limits WHERE until <= %s", [now_ms()])
        return int(cursor.rowcount)


# -- Redis


def _redis_key(name: str) -> str:
    # Rules of one decision count by mobile, by address and for the whole shop: on a Cluster they must share a node.
    return slot_key("limits", name)


_TAKE = """
local now = tonumber(ARGV[1])
local at, refused, rows = 2, {}, {}
for i, key in ipairs(KEYS) do
  local row = {kind = ARGV[at], most = tonumber(ARGV[at + 1]), kept = tonumber(ARGV[at + 2]), delays = {}}
  local steps = tonumber(ARGV[at + 3])
  at = at + 4
  for step = 1, steps do
    row.delays[step] = {tonumber(ARGV[at]), tonumber(ARGV[at + 1])}
    at = at + 2
  end
  local kept = redis.call('HMGET', key, 'count', 'until', 'free_at')
  row.count, row.ends, row.free_at = tonumber(kept[1] or 0), tonumber(kept[2] or 0), tonumber(kept[3] or 0)
  -- No window ends later than its length: such an end was set by a clock that was wrong. Those of two callers always
  -- differ a little (one may have read its own before the other); a minute is more than doctor lets pass.
  if row.ends <= now or row.ends > now + row.kept + 60000 then row.count, row.ends, row.free_at = 0, 0, 0 end
  if row.kind == 'window' and row.count >= row.most then
    refused[#refused + 1] = {i, row.ends - now, row.count}
  elseif row.kind == 'backoff' and row.free_at > now then
    refused[#refused + 1] = {i, row.free_at - now, row.count}
  end
  rows[i] = row
end
if #refused > 0 then return refused end
for i, key in ipairs(KEYS) do
  local row = rows[i]
  row.count = row.count + 1
  if row.kind == 'backoff' or row.ends == 0 then row.ends = now + row.kept end
  local wait = 0
  for _, step in ipairs(row.delays) do
    if row.count >= step[1] then wait = step[2] break end
  end
  redis.call('HSET', key, 'count', row.count, 'until', string.format('%.0f', row.ends),
             'free_at', wait > 0 and string.format('%.0f', now + wait) or 0)
  redis.call('PEXPIRE', key, string.format('%.0f', row.ends - now))
end
return refused
"""

_SETTLE = """
local now = tonumber(ARGV[1])
for i, key in ipairs(KEYS) do
  local change, ms = ARGV[2 * i], tonumber(ARGV[2 * i + 1])
  if change == 'clear' then
    redis.call('DEL', key)
  elseif change == 'mark' then
    redis.call('HSET', key, 'count', 1, 'until', string.format('%.0f', now + ms), 'free_at', 0)
    redis.call('PEXPIRE', key, ms)
  elseif redis.call('EXISTS', key) == 1 then
    redis.call('HSET', key, 'free_at', 0)
    if redis.call('HINCRBY', key, 'count', -1) < 0 then redis.call('HSET', key, 'count', 0) end
  end
end
"""


def _redis_take(rules: Sequence[Rule], now: int) -> list[Refusal]:
    arguments: list[Any] = [now]
    for rule in rules:
        delays = rule.delays()
        most = rule.most if isinstance(rule, Window) else 0
        arguments += [rule.kind, most, rule.kept * 1000, len(delays)]
        arguments += [number for step in delays for number in step]
    refused = redis().eval(_TAKE, len(rules), *(_redis_key(rule.key) for rule in rules), *arguments)
    return [Refusal(rules[int(at) - 1], int(wait), int(count)) for at, wait, count in refused]


def _redis_settle(changes: Sequence[tuple[str, str, int]], now: int) -> None:
    arguments: list[Any] = [now]
    for _name, change, ms in changes:
        arguments += [change, ms]
    redis().eval(_SETTLE, len(changes), *(_redis_key(name) for name, _change, _ms in changes), *arguments)


# -- the embedded size: one upsert with RETURNING


def _database_take(rules: Sequence[Rule], now: int) -> list[Refusal]:
    # Always in key order, so that two callers cannot wait for each other's rows.
    ordered = sorted(rules, key=lambda rule: rule.key)
    values: list[Any] = []
    open_sql, ends_sql, free_sql = "", "", ""
    open_args: list[Any] = []
    ends_args: list[Any] = []
    free_args: list[Any] = []
    count = "(CASE WHEN held.until <= %s THEN 1 ELSE held.count + 1 END)"
    for rule in ordered:
        delays = rule.delays()
        at_once = next(ms for least, ms in delays if least <= 1)
        # Free is 0 and not "now": another caller's clock was read a moment earlier.
        values += [rule.key, 1, now + rule.kept * 1000, now + at_once if at_once else 0]
        if isinstance(rule, Window):
            open_sql += " WHEN %s THEN held.count < %s"
            open_args += [rule.key, rule.most]
            continue
        open_sql += " WHEN %s THEN held.free_at <= %s"
        open_args += [rule.key, now]
        ends_sql += " WHEN %s THEN excluded.until"
        ends_args += [rule.key]
        ladder = "".join(f" WHEN {count} >= %s THEN %s" for _step in delays)
        free_sql += f" WHEN %s THEN (CASE{ladder} END)"
        free_args += [rule.key]
        for least, ms in delays:
            free_args += [now, least, now + ms if ms else 0]
    ends = f"(CASE WHEN held.until <= %s THEN excluded.until{_by_key(ends_sql, 'held.until')} END)"
    free = f"(CASE held.key{free_sql} ELSE 0 END)" if free_sql else "0"
    rows = ", ".join(["(%s, %s, %s, %s)"] * len(ordered))
    statement = (
        # Only placeholders and column names are put together here; every value is a parameter.
        f"INSERT INTO kernel_limits AS held (key, count, until, free_at) VALUES {rows} "  # noqa: S608
        f"ON CONFLICT (key) DO UPDATE SET count = {count}, until = {ends}, free_at = {free} "
        f"WHERE held.until <= %s OR (CASE held.key{open_sql} END) "
        "RETURNING key"
    )
    arguments = [*values, now, now, *ends_args, *free_args, now, *open_args]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            if len(cursor.fetchall()) < len(ordered):
                raise _NotAll
    except _NotAll:
        return _database_refusals(rules, now)
    return []


class _NotAll(Exception):  # a way out of the transaction, seen by nobody
    """Some rule refused, so what the others counted must roll back."""


def _by_key(cases: str, otherwise: str) -> str:
    return f" ELSE (CASE held.key{cases} ELSE {otherwise} END)" if cases else f" ELSE {otherwise}"


def _database_refusals(rules: Sequence[Rule], now: int) -> list[Refusal]:
    places = ", ".join(["%s"] * len(rules))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, count, until, free_at FROM kernel_limits WHERE key IN ({places}) AND until > %s",  # noqa: S608
            [*(rule.key for rule in rules), now],
        )
        rows = {name: (int(count), int(until), int(free_at)) for name, count, until, free_at in cursor.fetchall()}
    refusals = []
    for rule in rules:
        count, until, free_at = rows.get(rule.key, (0, 0, 0))
        if isinstance(rule, Window) and count >= rule.most:
            refusals.append(Refusal(rule, until - now, count))
        elif isinstance(rule, Backoff) and free_at > now:
            refusals.append(Refusal(rule, free_at - now, count))
    # What refused may have run out between the two statements; the caller was refused all the same.
    return refusals or [Refusal(rules[0], 1000, 0)]


def _database_settle(changes: Sequence[tuple[str, str, int]], now: int) -> None:
    ordered = sorted(changes)
    values: list[Any] = []
    for name, change, ms in ordered:
        values += [name, 1 if change == "mark" else 0, now + ms, 0]
    marks = [name for name, change, _ms in ordered if change == "mark"]
    clears = [name for name, change, _ms in ordered if change == "clear"]
    fresh: list[Any] = [*marks, *clears]
    is_fresh = f"held.key IN ({', '.join(['%s'] * len(fresh))})" if fresh else "1 = 0"
    rows = ", ".join(["(%s, %s, %s, %s)"] * len(ordered))
    statement = (
        f"INSERT INTO kernel_limits AS held (key, count, until, free_at) VALUES {rows} "  # noqa: S608
        f"ON CONFLICT (key) DO UPDATE SET free_at = 0, "
        f"count = (CASE WHEN {is_fresh} THEN excluded.count WHEN held.count > 0 THEN held.count - 1 ELSE 0 END), "
        f"until = (CASE WHEN {is_fresh} THEN excluded.until ELSE held.until END)"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *fresh, *fresh])
