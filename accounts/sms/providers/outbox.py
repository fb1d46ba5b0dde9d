"""The embedded size's vendor: every message becomes a line of ``var/outbox/sms.jsonl``."""

import json
import os
from pathlib import Path

from accounts.sms.port import Receipt, Sms
from accounts.sms.texts import text_of
from kernel import clock


class OutboxSms:
    """Writes messages to a file that only this user can read. Refused in production."""

    name = "outbox"

    def __init__(self, *, path: str | Path) -> None:
        self.path = Path(path)

    def send(self, sms: Sms) -> Receipt:
        """Append the message as one line."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(
            {
                "at": clock.now().isoformat(),
                "mobile": sms.mobile,
                "template": sms.template,
                "params": dict(sms.params),
                "text": text_of(sms),
            },
            ensure_ascii=False,
        )
        # One write of one line: appends of several workers do not mix.
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{line}\n".encode())
        finally:
            os.close(descriptor)
        return Receipt(vendor_id=f"outbox-{sms.reference}", pieces=1)
