"""Mail."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection

from meiduo.env import env
from meiduo.parts import Finding, Level, Part


def ping() -> None:
    """Mail has an outbox of rows: its server being away closes nothing, so readiness does not ask it."""


def examine() -> Iterator[Finding]:
    if not env().email_url:
        folder = Path(settings.EMAIL_FILE_PATH) if hasattr(settings, "EMAIL_FILE_PATH") else None
        fix = "set EMAIL_URL=smtp+tls://… to send them"
        yield Finding(Level.WARNING, f"messages are files in {folder}", fix, grave=True)
        return
    server = get_connection()
    opened = server.open()
    server.close()
    yield Finding(
        Level.GOOD if opened else Level.BAD, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} answers", "check EMAIL_URL"
    )


PART = Part("mail", "SMTP" if env().email_url else "files in outbox", vital=False, ping=ping, examine=examine)
