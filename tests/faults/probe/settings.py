"""The mall as it runs, with the probe, and consumers that are missed sooner."""

from meiduo.settings import dev
from meiduo.settings.dev import *  # noqa: F403

INSTALLED_APPS = [*dev.INSTALLED_APPS, "tests.faults.probe"]
CONSUMER_BEAT = 1
CONSUMER_DEAD_AFTER = 5
