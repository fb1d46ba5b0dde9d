"""Pictures in their ready sizes before the first visitor asks."""

from huey.contrib.djhuey import db_task

from media.renditions import ensure_renditions
from tasks.priorities import LOW


# For a store that is away; a file that cannot be read stays so, and a list that needs a size makes it by itself.
@db_task(retries=2, retry_delay=30, retry_backoff=4, priority=LOW)
def make_renditions(image_id: int) -> None:
    """This picture has every size that lists show. Safe to run twice, and for a picture that is gone."""
    ensure_renditions(image_id)
