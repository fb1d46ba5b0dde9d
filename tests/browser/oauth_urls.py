"""The mall's addresses with the stand-in's pages in front, as they are mounted where no key is set."""

from django.urls import include, path

from meiduo.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

if not any(getattr(one.pattern, "_route", "") == "oauth/fake/" for one in urlpatterns):
    urlpatterns = [path("oauth/fake/", include("accounts.oauth.fake_urls")), *urlpatterns]
