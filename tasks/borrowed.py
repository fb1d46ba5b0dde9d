"""Tasks that libraries registered: they are tried again as ours are."""

from huey.contrib.djhuey import HUEY

#: Wagtail's index and reference jobs. They read the rows anew, so that one more run does no harm.
WAGTAIL = "huey.contrib.djhuey.tasks_backend.djtasks.run"


def mend() -> None:
    """Every borrowed task has bounded retries with a growing wait."""
    task = HUEY._registry.string_to_task(WAGTAIL)
    task.default_retries, task.default_retry_delay, task.default_retry_backoff = 3, 10, 3
