"""Pages of the stand-in provider, mounted only where ``OAUTH_FAKE`` is on."""

from django.urls import path

from accounts.oauth import fake_views

urlpatterns = [
    path("<slug:name>/authorize/", fake_views.authorize, name="oauth_fake_authorize"),
    path("<slug:name>/callback/", fake_views.callback, name="oauth_fake_callback"),
]
