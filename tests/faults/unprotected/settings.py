"""The probe's settings, and the protection of readers switched off."""

from tests.faults.probe import settings as probe
from tests.faults.probe.settings import *  # noqa: F403

INSTALLED_APPS = [*probe.INSTALLED_APPS, "tests.faults.unprotected"]
