"""Handing out stored files where no web server or CDN does it. Nothing stored is ever run as a page."""

import posixpath

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

from media.kinds import content_type, is_picture

#: Documents may belong to a private collection, so they are had through Wagtail's own address alone.
PRIVATE = "documents/"


@require_safe
def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """The stored file: a picture to be shown, anything else as a download.

    Names are random and never used again, so whoever has the file may keep it for good.
    """
    path = posixpath.normpath(path).lstrip("/")
    if path.startswith(PRIVATE):
        raise Http404
    try:
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except (SuspiciousFileOperation, OSError, ValueError) as odd:
        # Names with a NUL, longer than the file system allows, or leading out of the folder.
        raise Http404 from odd
    if isinstance(response, FileResponse):
        response.headers["Content-Type"] = content_type(path)
        # Set by ``serve`` for names such as ``x.csv.gz``: the bytes are what they are.
        response.headers.pop("Content-Encoding", None)
        if not is_picture(path):
            response.headers["Content-Disposition"] = "attachment"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, public=True, max_age=31_536_000, immutable=True)
    return response
