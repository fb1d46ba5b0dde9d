"""What is kept as ready bytes, and where."""

from typing import Any

from meiduo.env import env
from meiduo.settings.parts.cache import CACHES

#: Public answers are kept rendered until an event or the next scheduled switch; off: every answer is rendered anew.
HOT_BYTES = env().hot_bytes
#: Each web process remembers kept answers itself and sends them before Django is asked (``meiduo.hot_reads``).
HOT_LAYER = env().hot_layer
#: So many answers are kept of one region's state; each takes some kilobytes.
BYTES_MOST = 20_000

# Beside the default cache: whoever fills it with pages pushes out no code, limit or session.
_bytes: dict[str, Any] = (
    {**CACHES["default"], "KEY_PREFIX": "mall-bytes"}
    if env().redis_url
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_bytes",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
)
CACHES["bytes"] = _bytes
# Wagtail pickles its renditions into this cache, which JSON on Redis refuses; ours are prefetched, so none is kept.
CACHES["renditions"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

#: Where the embedded size counts views before they are added to their products.
TALLY_DIR = env().var_dir / "tallies"
