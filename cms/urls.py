"""Addresses for crawlers, beside those that Wagtail gives to pages."""

from django.urls import path

from cms import views

urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-pages.xml", views.sitemap_pages, name="sitemap_pages"),
    path("sitemap-products-<int:number>.xml", views.sitemap_products, name="sitemap_products"),
    path("pages/<str:slug>/", views.plain_page, name="plain_page"),
]
