"""The yardstick: Django with one Ninja route that gives a small dictionary; no middleware, no database."""

import secrets

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="bare_route",
    SECRET_KEY=secrets.token_hex(),
    INSTALLED_APPS=["ninja"],
    MIDDLEWARE=[],
)

application = get_wsgi_application()
