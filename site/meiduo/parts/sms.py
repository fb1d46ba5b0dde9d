"""Text messages."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from accounts.selectors.messages import sms_outcomes
from meiduo.parts import Finding, Level, Part
from meiduo.settings.parts.messaging import sms_problems


def ping() -> None:
    """Messages wait in rows: a vendor being away closes nothing, so readiness does not ask it."""


def examine() -> Iterator[Finding]:
    for problem in sms_problems():
        yield Finding(Level.BAD, problem, "see the environment table in the README")
    if not settings.SMS_VENDORS:
        yield Finding(Level.BAD, "no vendor sends codes", "set SMS_VENDORS=yuntongxun, yunpian or aliyun, and its keys")
    if "outbox" in settings.SMS_VENDORS:
        path = settings.SMS_PROVIDERS["outbox"]["options"]["path"]
        yield Finding(
            Level.WARNING, f"messages are lines of {path}", "set SMS_VENDORS and a vendor's keys to send them"
        )
    outcomes = sms_outcomes(since=timedelta(days=1))
    bad = outcomes.get("failed", 0) + outcomes.get("unknown", 0)
    said = f"in 24 hours {outcomes.get('sent', 0)} sent, {bad} failed or unclear, {outcomes.get('queued', 0)} waiting"
    many = bad > max(5, outcomes.get("sent", 0) // 10)
    yield Finding(Level.WARNING if many else Level.GOOD, said, "look at the errors of the last messages")


PART = Part("sms", ", ".join(settings.SMS_VENDORS) or "none", vital=False, ping=ping, examine=examine)
