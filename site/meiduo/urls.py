"""Every address of the mall."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from media.views import serve_media
from meiduo import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("api/", include("api.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]

if not settings.MEDIA_URL.startswith("http"):
    urlpatterns.append(re_path(r"^media/(?P<path>.*)$", serve_media))

if settings.OAUTH_FAKE:
    urlpatterns.append(path("oauth/fake/", include("accounts.oauth.fake_urls")))

urlpatterns.append(path("", include(wagtail_urls)))

# For /api/ a problem, for pages Django's own.
handler400 = "api.fallbacks.bad_request"
handler403 = "api.fallbacks.permission_denied"
handler404 = "api.fallbacks.page_not_found"
handler500 = "api.fallbacks.server_error"
