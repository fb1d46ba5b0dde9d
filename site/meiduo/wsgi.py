"""The WSGI entry that granian serves; ``site/`` reaches it through PYTHONPATH."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meiduo.settings.production")

application = get_wsgi_application()
