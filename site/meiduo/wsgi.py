"""The WSGI entry that granian serves; ``site/`` reaches it through PYTHONPATH."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

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

# What the first request would load is loaded now. It stays as long as the process does, and looking through all of it
# for garbage again and again took a tenth of each answer.
get_resolver().url_patterns  # noqa: B018 - a cached property
gc.collect()
gc.freeze()
