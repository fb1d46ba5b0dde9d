"""Putting scheduled versions into their rows. Reads do not wait for it; history, screens and search do."""

from django.core.management import call_command


def publish_due() -> None:
    """What is due is published, what is over is unpublished. Safe to run twice.

    Emits: the events of publishing, after commit.
    """
    call_command("publish_scheduled")
