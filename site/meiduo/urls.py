"""Every address of the mall."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from media.views import serve_media
from meiduo import health
from meiduo.watching.views import show_metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("metrics", show_metrics),
    path("api/", include("api.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("preview/", include("cms.preview_urls")),
]

if not settings.MEDIA_URL.startswith("http"):
    urlpatterns.append(re_path(r"^media/(?P<path>.*)$", serve_media))

if settings.OAUTH_FAKE:
    urlpatterns.append(path("oauth/fake/", include("accounts.oauth.fake_urls")))

# Before the storefront, which answers whatever looks like a page of its own.
urlpatterns.append(path("", include("cms.urls")))
urlpatterns.append(path("", include("meiduo.storefront.urls")))
urlpatterns.append(path("", include(wagtail_urls)))

# For /api/ a problem, for pages the storefront's or Django's own.
handler400 = "api.fallbacks.bad_request"
handler403 = "api.fallbacks.permission_denied"
handler404 = "meiduo.storefront.views.page_not_found"
handler500 = "api.fallbacks.server_error"
