"""How the tests of accounts talk to the API: headers, codes read from the outbox, captchas read by us alone."""

import io
import json
import uuid
from typing import Any

from django.conf import settings
from django.test import Client
from PIL import Image as Pillow

from accounts import captcha
from accounts.models import SmsMessage
from accounts.tokens import access_token_for


def bearer(token_or_user: Any) -> dict[str, str]:
    """The header of somebody who is logged in."""
    token = token_or_user if isinstance(token_or_user, str) else access_token_for(token_or_user)
    return {"Authorization": f"Bearer {token}"}


def body(data: Any) -> dict[str, Any]:
    """A JSON body for the test client's methods."""
    return {"data": json.dumps(data), "content_type": "application/json"}


def post(client: Client, path: str, data: Any = None, *, who: Any = None, **extra: Any) -> Any:
    """POST JSON to ``/api/v1`` + path."""
    return client.post(f"/api/v1{path}", **body(data or {}), headers=bearer(who) if who else {}, **extra)


def put(client: Client, path: str, data: Any = None, *, who: Any = None, **extra: Any) -> Any:
    return client.put(f"/api/v1{path}", **body(data or {}), headers=bearer(who) if who else {}, **extra)


def patch(client: Client, path: str, data: Any = None, *, who: Any = None, **extra: Any) -> Any:
    return client.patch(f"/api/v1{path}", **body(data or {}), headers=bearer(who) if who else {}, **extra)


def delete(client: Client, path: str, data: Any = None, *, who: Any = None, **extra: Any) -> Any:
    extra = {**(body(data) if data is not None else {}), **extra}
    return client.delete(f"/api/v1{path}", headers=bearer(who) if who else {}, **extra)


def get(client: Client, path: str, query: dict[str, Any] | None = None, *, who: Any = None, **extra: Any) -> Any:
    return client.get(f"/api/v1{path}", query or {}, headers=bearer(who) if who else {}, **extra)


def outbox() -> list[dict[str, Any]]:
    """Every text message that left in this test run, oldest first."""
    path = settings.SMS_PROVIDERS["outbox"]["options"]["path"]
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def last_code(mobile: str) -> str:
    """The newest code that this mobile was sent."""
    return next(line["params"]["code"] for line in reversed(outbox()) if line["mobile"] == mobile)


def code_for(client: Client, mobile: str, *, purpose: str = "", commit: Any = None) -> str:
    """Ask for a code through the API, and read it in the outbox."""
    query = {"purpose": purpose} if purpose else {}
    with commit(execute=True):
        answer = get(client, f"/sms_codes/{mobile}/", query)
    assert answer.status_code == 200, answer.content.decode()
    return last_code(mobile)


def solved_captcha(client: Client, monkeypatch: Any, *, text: str = "AB34") -> dict[str, str]:
    """Fetch a captcha whose text we chose, and return the query that solves it."""
    captcha_id = str(uuid.uuid4())
    with monkeypatch.context() as patched:
        patched.setattr(captcha, "new_text", lambda: text)
        answer = get(client, f"/image_codes/{captcha_id}/")
    assert answer.status_code == 200
    return {"text": text, "image_code_id": captcha_id}


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> io.BytesIO:
    """A small picture file."""
    buffer = io.BytesIO()
    Pillow.new("RGB", size, (200, 30, 40)).save(buffer, kind)
    buffer.seek(0)
    buffer.name = f"photo.{kind.lower()}"
    return buffer


def sms_rows(mobile: str) -> list[SmsMessage]:
    return list(SmsMessage.objects.filter(mobile=mobile).order_by("pk"))
