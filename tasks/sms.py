"""Text messages leave here."""

from huey.contrib.djhuey import db_task

from accounts.services.sms import deliver_sms, sms_to_send_again
from tasks.periodic import sweep
from tasks.priorities import HIGH, NORMAL
from tasks.rhythm import minutely


# Trouble with a vendor stands in the row; these retries are for trouble with our own database.
@db_task(retries=3, retry_delay=5, retry_backoff=3, priority=HIGH)
def send_sms(message_id: int) -> None:
    """Hand this message to a vendor. Safe to run twice: it leaves once."""
    wait = deliver_sms(message_id=message_id)
    if wait is not None:
        send_sms.schedule((message_id,), delay=wait)


@sweep("sms.due", minutely(), priority=NORMAL)
def sweep_sms() -> None:
    """Send what a lost event or task left waiting; end what is too old. Safe to run twice."""
    for message_id in sms_to_send_again():
        send_sms(message_id)
