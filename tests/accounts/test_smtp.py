"""A verification mail through a real SMTP server."""

import email
import email.policy
import re
import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from accounts.models import MailMessage
from tests.accounts.people import get, put
from tests.factories.people import UserFactory


class Mailbox(Message):
    """Keeps what it is handed."""

    def __init__(self):
        super().__init__()
        self.mails = []

    def prepare_message(self, session, envelope):
        return email.message_from_bytes(envelope.content, policy=email.policy.default)

    def handle_message(self, message):
        self.mails.append(message)


@pytest.fixture
def mailbox(settings):
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = port
        yield box
    finally:
        controller.stop()


@pytest.mark.django_db
def test_the_link_in_a_mail_that_an_smtp_server_took_verifies_the_address(
    api, mailbox, django_capture_on_commit_callbacks
):
    user = UserFactory(username="python")
    with django_capture_on_commit_callbacks(execute=True):
        put(api, "/email/", {"email": "python@example.com"}, who=user)

    (sent,) = mailbox.mails
    text = sent.get_body(("plain",)).get_content()
    html = sent.get_body(("html",)).get_content()
    link = re.search(r"http\S+", text).group()
    assert sent["To"] == "python@example.com"
    assert "美多商城" in sent["Subject"]
    assert "美多商城" in sent["From"]
    assert link.replace("&", "&amp;") in html
    answer = api.get(link.removeprefix("http://127.0.0.1:8000"))
    assert answer.status_code == 200
    assert get(api, "/user/", who=user).json()["email_active"] is True
    assert MailMessage.objects.get().state == "sent"
