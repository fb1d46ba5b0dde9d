"""Drafts for people without a login."""

from django.urls import path

from cms import preview_views

urlpatterns = [
    path("", preview_views.enter, name="cms_preview"),
    path("page/", preview_views.frame, name="cms_preview_page"),
    path("page/shown/", preview_views.shown, name="cms_preview_shown"),
]
