"""Secrets that work once: codes, captcha texts, reset tokens, login states.

Only a keyed digest is stored. Checking a guess, counting the try and using the secret up are one step
(a script on Redis, one statement on the embedded size's ``kernel_one_use`` table, which ``accounts``
owns), so that of 20 guesses at once with the right secret one wins, and no guess goes uncounted. When
the store is down the call raises: nothing is let through.
"""

import enum
from dataclasses import dataclass

from django.db import connection
from django.utils.crypto import salted_hmac

from kernel.shared_store import now_ms, on_redis, redis, redis_key


class Verdict(enum.Enum):
    """What became of a guess."""

    RIGHT = "right"
    WRONG = "wrong"
    #: Never made, used up, expired, or guessed at too often: these are not told apart.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Use:
    """A guess and its outcome; ``payload`` only with the right one."""

    verdict: Verdict
    payload: str = ""

    def __bool__(self) -> bool:
        return self.verdict is Verdict.RIGHT


def _digest(name: str, secret: str) -> str:
    return salted_hmac("kernel.oneuse", f"{name}\x1f{secret}", algorithm="sha256").hexdigest()


def _key(name: str) -> str:
    return redis_key(f"once:{name}")


_USE = """
local row = redis.call('HMGET', KEYS[1], 'digest', 'tries', 'until', 'payload')
if not row[1] or tonumber(row[3]) <= tonumber(ARGV[2]) then return {'gone'} end
if row[1] == ARGV[1] then
  redis.call('DEL', KEYS[1])
  return {'right', row[4]}
end
if tonumber(row[2]) <= 1 then redis.call('DEL', KEYS[1]) else redis.call('HINCRBY', KEYS[1], 'tries', -1) end
return {'wrong'}
"""


def put(name: str, secret: str, *, seconds: int, tries: int = 1, payload: str = "") -> None:
    """From now on this secret counts once under this name, for so long and so many tries; an older one is void."""
    now = now_ms()
    until = now + seconds * 1000
    digest = _digest(name, secret)
    if on_redis():
        pipe = redis().pipeline(transaction=True)
        pipe.delete(_key(name))
        pipe.hset(_key(name), mapping={"digest": digest, "tries": tries, "until": until, "payload": payload})
        pipe.pexpire(_key(name), seconds * 1000)
        pipe.execute()
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_one_use (key, digest, tries, until, payload) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, tries = excluded.tries, "
            "until = excluded.until, payload = excluded.payload",
            [name, digest, tries, until, payload],
        )


def use(name: str, secret: str) -> Use:
    """Check this guess; the right one uses the secret up, a wrong one costs a try."""
    now = now_ms()
    digest = _digest(name, secret)
    if on_redis():
        answer = [part.decode() for part in redis().eval(_USE, 1, _key(name), digest, now)]
        return Use(Verdict(answer[0]), answer[1] if len(answer) > 1 else "")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_one_use SET tries = (CASE WHEN digest = %s THEN 0 ELSE tries - 1 END) "
            "WHERE key = %s AND tries > 0 AND until > %s RETURNING digest, payload",
            [digest, name, now],
        )
        row = cursor.fetchone()
    if row is None:
        return Use(Verdict.GONE)
    return Use(Verdict.RIGHT, row[1]) if row[0] == digest else Use(Verdict.WRONG)


def void(name: str) -> None:
    """The secret under this name no longer counts."""
    if on_redis():
        redis().delete(_key(name))
        return
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_one_use WHERE key = %s", [name])


def forget_expired() -> int:
    """Drop secrets that no longer count, and return how many. Redis drops its own."""
    if on_redis():
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_one_use WHERE until <= %s OR tries < 1", [now_ms()])
        return int(cursor.rowcount)
