"""The storefront: where its built files are, and what its pages may load."""

from meiduo.env import ROOT

#: Made by ``manage.py build_storefront``; without it the plain pages of the content are served.
STOREFRONT_DIST = ROOT / "site" / "storefront" / "dist"

#: What shows a draft as buyers will see it; without a build it gives way to the plain pages.
PREVIEW_STOREFRONT = "meiduo.storefront.previews.shown"

STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "meiduo.storefront.finder.StorefrontFinder",
]

#: Names with a hash of their content never change what they hold: Vite's, and Django's own.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/storefront/assets/.+-[\w-]{8}\.\w+$|\.[0-9a-f]{12}\.\w+$"
