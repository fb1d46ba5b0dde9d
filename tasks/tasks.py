"""Huey autoloads this name only; importing a module here registers its tasks with the consumer."""

from tasks import areas, content, heartbeat, index, mail, media, orders, sessions, sms, sweeps

__all__ = ["areas", "content", "heartbeat", "index", "mail", "media", "orders", "sessions", "sms", "sweeps"]
