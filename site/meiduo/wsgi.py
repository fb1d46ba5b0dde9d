"""The WSGI entry that granian serves; ``site/`` reaches it through PYTHONPATH."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meiduo.settings.production")

application = get_wsgi_application()

# After Django is set up: the layers speak of its rooms.
from meiduo.env import env  # noqa: E402
from meiduo.health import Probes  # noqa: E402

if settings.HOT_LAYER:
    from meiduo.hot_reads import HotReads

    application = HotReads(application)  # type: ignore[assignment]

application = Probes(application)  # type: ignore[assignment]

if env().probes_address:
    from meiduo.probes import listen

    listen(env().probes_address)
