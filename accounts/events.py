"""What happened to people and their messages, by id."""

from dataclasses import dataclass

from kernel.events import Event


@dataclass(frozen=True)
class SmsQueued(Event):
    """A text message waits to be sent."""

    message_id: int


@dataclass(frozen=True)
class MailQueued(Event):
    """A mail waits to be sent."""

    message_id: int
