"""Wagtail, in Chinese and without calls to places that are slow or blocked in China."""

from meiduo.env import env

WAGTAIL_SITE_NAME = "美多商城"
WAGTAILADMIN_BASE_URL = env().public_url
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

WAGTAILIMAGES_IMAGE_MODEL = "media.MallImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "media.forms.CheckedImageForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"webp": "webp"}
WAGTAILDOCS_DOCUMENT_MODEL = "media.MallDocument"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "pdf", "txt", "xlsx", "zip"]
# Through the mall, out of a store too: the store's own address would answer whoever was told it once.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
# No page of another site is ever fetched on an editor's behalf.
WAGTAILEMBEDS_FINDERS: list[dict[str, object]] = []
