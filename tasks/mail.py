"""Mails leave here."""

from huey.contrib.djhuey import db_task

from accounts.services.mail import deliver_mail, mails_to_send_again
from tasks.periodic import sweep
from tasks.priorities import NORMAL
from tasks.rhythm import minutely


# Trouble with the mail server stands in the row; these retries are for trouble with our own database.
@db_task(retries=3, retry_delay=5, retry_backoff=3, priority=NORMAL)
def send_mail(message_id: int) -> None:
    """Send this mail. Safe to run twice: whoever claims the row sends it."""
    wait = deliver_mail(message_id=message_id)
    if wait is not None:
        send_mail.schedule((message_id,), delay=wait)


@sweep("mail.due", minutely(), priority=NORMAL)
def sweep_mail() -> None:
    """Send what a lost event or task left waiting; end what is too old. Safe to run twice."""
    for message_id in mails_to_send_again():
        send_mail(message_id)
