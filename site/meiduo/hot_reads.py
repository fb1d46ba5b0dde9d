"""Public answers out of this process's memory, before Django is asked.

A hot route (``api.hot``) marks its answer in the WSGI environment with the version of its region and the moment
it ends. This layer remembers the whole answer, headers included, as the ordinary route gave it, and sends it again
to whoever asks the same: as long as its moment has not come and the shared version is still that one, which is
looked up at most every half second. Whatever is unusual about a request goes through to Django, so the layer
knows no rule of the shop; with it switched off (``HOT_LAYER``) every answer is the same.
"""

import atexit
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_request

from api.compression import takes_gzip
from api.hot import ASKED_AGAIN, MARK, Mark
from kernel import bytestore
from kernel.meters import Meter

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Start = Callable[..., Any]
App = Callable[[Environ, Start], Iterable[bytes]]
#: (path, query, language, origin that CORS knows, gzip, TLS): everything that an answer depends on.
Key = tuple[str, str, str, str, bool, bool]

#: Seconds after which the versions are looked up again.
INTERVAL = 0.5
#: Older than this no thread goes by what it knows: it waits for the look-up that is under way.
OLDEST = 0.8
#: Seconds that counted views may wait in memory.
VIEWS_WAIT = 1.0
#: Bytes of answers that one process remembers: of addresses without a query, and of those with one. Apart, so that
#: nobody pushes the homepage out by asking ever new questions.
MOST_BYTES = 32 * 1024 * 1024

#: Headers that RFC 9110 wants in a 304, and those that the outer middlewares add to every answer.
_IN_304 = frozenset(
    {
        *("cache-control", "content-location", "date", "etag", "expires", "last-modified", "vary"),
        *("strict-transport-security", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy"),
        *("access-control-allow-origin", "access-control-allow-credentials", "access-control-expose-headers"),
    }
)
#: A request with one of these is for Django to answer.
_UNUSUAL = ("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "SCRIPT_NAME")

hits = Meter("hot_reads.hits")
unchanged = Meter("hot_reads.not_modified")
misses = Meter("hot_reads.misses")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """An answer as it was sent, and until when it may be sent again."""

    region: str
    version: str
    until: float
    etag: str
    body: bytes
    headers: Headers
    headers_of_304: Headers
    seen: Callable[..., object] | None
    holds: Callable[[], bool] | None


class Memory:
    """So many bytes of answers; the oldest make room."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self.entries: dict[Key, Entry] = {}
        self._lock = threading.Lock()

    def keep(self, key: Key, entry: Entry) -> None:
        """Remember this answer, in the place of the one before."""
        with self._lock:
            self._forget(key)
            self.entries[key] = entry
            self.size += _weight(entry)
            while self.size > self.most:
                self._forget(next(iter(self.entries)))

    def _forget(self, key: Key) -> None:
        entry = self.entries.pop(key, None)
        if entry is not None:
            self.size -= _weight(entry)


def _weight(entry: Entry) -> int:
    # The headers and the key take about as much as this.
    return len(entry.body) + 2048


def _later(seconds: float, action: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()


class HotReads:
    """The layer around Django's WSGI application."""

    def __init__(
        self,
        app: App,
        *,
        ticks: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], object]], None] = _later,
    ) -> None:
        self._app = app
        self._ticks = ticks
        self._later = later
        self._plain = Memory(MOST_BYTES)
        self._asked = Memory(MOST_BYTES)
        self._versions: Mapping[str, str] = {}
        self._regions: set[str] = set()
        self._checked = float("-inf")
        self._drops = bytestore.drops_here()
        self._looking = threading.Lock()
        self._views: deque[Entry] = deque()
        self._flush_is_coming = False
        self._origins = frozenset(settings.CORS_ALLOWED_ORIGINS)
        self._origin_places = {urlsplit(one)[:2] for one in self._origins}
        self._is_ours = lru_cache(maxsize=256)(_is_ours)
        self._language = lru_cache(maxsize=512)(_language)
        atexit.register(self.flush_views)

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self._app(environ, start_response)
        entry = self._memory(key).entries.get(key)
        if entry is None or not self._holds(entry):
            return self._asked_django(key, environ, start_response)
        return self._sent(entry, environ, start_response)

    # -- what is asked

    def _key(self, environ: Environ) -> Key | None:
        """What this request's answer depends on; None for what only Django can answer."""
        method = environ["REQUEST_METHOD"]
        if method != "GET" and (method != "HEAD" or "HTTP_IF_NONE_MATCH" in environ):
            return None
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/api/") or any(environ.get(name) for name in _UNUSUAL):
            return None
        # A body, and the cookie that chooses a language.
        if environ.get("CONTENT_LENGTH") not in (None, "", "0"):
            return None
        if settings.LANGUAGE_COOKIE_NAME in environ.get("HTTP_COOKIE", ""):
            return None
        origin = environ.get("HTTP_ORIGIN", "")
        if origin and origin not in self._origins:
            if _place(origin) in self._origin_places:
                return None
            origin = ""
        if not self._is_ours(environ.get("HTTP_HOST", "")):
            return None
        return (
            path,
            environ.get("QUERY_STRING", ""),
            self._language(environ.get("HTTP_ACCEPT_LANGUAGE", "")),
            origin,
            _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")),
            _is_secure(environ),
        )

    def _memory(self, key: Key) -> Memory:
        return self._asked if key[1] else self._plain

    # -- what still holds

    def _holds(self, entry: Entry) -> bool:
        if self._current_versions().get(entry.region) != entry.version or entry.until <= time.time():
            return False
        return entry.holds is None or entry.holds()

    def _current_versions(self) -> Mapping[str, str]:
        """The shared versions as they were half a second ago at the most, or a little more while one thread asks."""
        age = self._ticks() - self._checked
        if age < INTERVAL and self._drops == bytestore.drops_here():
            return self._versions
        if self._looking.acquire(blocking=age >= OLDEST):
            try:
                now, drops = self._ticks(), bytestore.drops_here()
                if now - self._checked >= INTERVAL or self._drops != drops:
                    self._versions = bytestore.versions(tuple(self._regions))
                    self._checked, self._drops = now, drops
            finally:
                self._looking.release()
        return self._versions

    # -- answers

    def _sent(self, entry: Entry, environ: Environ, start_response: Start) -> Iterable[bytes]:
        hits.value += 1
        if environ["REQUEST_METHOD"] == "HEAD":
            start_response("200 OK", [*entry.headers])
            return []
        if entry.seen is not None:
            self._count_view(entry)
        wanted = environ.get("HTTP_IF_NONE_MATCH")
        if wanted and _matches(wanted, entry.etag):
            unchanged.value += 1
            start_response("304 Not Modified", [*entry.headers_of_304])
            return []
        start_response("200 OK", [*entry.headers])
        return [entry.body]

    def _asked_django(self, key: Key, environ: Environ, start_response: Start) -> Iterable[bytes]:
        status, headers, response = self._through(environ)
        mark: Mark | None = environ.get(MARK)
        if mark is None:
            start_response(status, headers)
            return response
        misses.value += 1
        if environ["REQUEST_METHOD"] == "GET" and status.startswith("200 "):
            response = self._kept(key, mark, headers, response)
        elif status.startswith("304 "):
            # Clients that have the answer ask with its ETag; to be able to answer them, the layer asks without.
            again = {**environ, ASKED_AGAIN: True}
            del again["HTTP_IF_NONE_MATCH"], again[MARK]
            full_status, full_headers, full = self._through(again)
            if again.get(MARK) is not None and full_status.startswith("200 "):
                self._kept(key, again[MARK], full_headers, full)
        start_response(status, headers)
        return response

    def _through(self, environ: Environ) -> tuple[str, Headers, Iterable[bytes]]:
        started: list[Any] = []

        def start(status: str, headers: Headers, exc_info: object = None) -> None:
            started[:] = status, headers

        response = self._app(environ, start)
        return started[0], started[1], response

    def _kept(self, key: Key, mark: Mark, headers: Headers, response: Iterable[bytes]) -> Iterable[bytes]:
        """Remember the answer if anybody may have it, and give its bytes."""
        body = b"".join(response)
        close = getattr(response, "close", None)
        if close is not None:
            close()
        if _is_for_everybody(headers):
            entry = Entry(
                region=mark.region,
                version=mark.version,
                until=mark.until,
                etag=mark.etag,
                body=body,
                headers=headers,
                headers_of_304=[one for one in headers if one[0].lower() in _IN_304],
                seen=mark.seen,
                holds=mark.holds,
            )
            self._memory(key).keep(key, entry)
            if self._versions.get(mark.region) != mark.version:
                # Django knows of a newer version, or of a region that is new here.
                self._regions.add(mark.region)
                self._checked = float("-inf")
        return [body]

    # -- views

    def _count_view(self, entry: Entry) -> None:
        self._views.append(entry)
        if not self._flush_is_coming:
            self._flush_is_coming = True
            self._later(VIEWS_WAIT, self.flush_views)

    def flush_views(self) -> None:
        """Hand on the views counted so far, one sum for each answer. Safe at any time, from any thread."""
        self._flush_is_coming = False
        seen: Counter[Entry] = Counter()
        while self._views:
            try:
                seen[self._views.popleft()] += 1
            except IndexError:
                # Another thread took the last one.
                break
        for entry, times in seen.items():
            if entry.seen is not None:
                entry.seen(times=times)


def _is_ours(host: str) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _language(accepted: str) -> str:
    request = SimpleNamespace(COOKIES={}, META={"HTTP_ACCEPT_LANGUAGE": accepted}, path_info="/")
    return get_language_from_request(cast(Any, request))


_takes_gzip = lru_cache(maxsize=256)(takes_gzip)


def _place(origin: str) -> tuple[str, str] | None:
    try:
        return urlsplit(origin)[:2]
    except ValueError:
        return None


def _is_secure(environ: Environ) -> bool:
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        given = environ.get(name)
        if given is not None:
            return bool(given.split(",", 1)[0].strip() == secure)
    return bool(environ.get("wsgi.url_scheme") == "https")


def _matches(wanted: str, etag: str) -> bool:
    if wanted == etag:
        return True
    listed = parse_etags(wanted)
    # As Django compares for GET: weak and strong ones alike.
    return listed == ["*"] or etag.strip("W/") in {one.strip("W/") for one in listed}


def _is_for_everybody(headers: Headers) -> bool:
    """Whether nothing in the answer speaks to one visitor. A second lock: hot routes never do."""
    told = {name.lower(): value.lower() for name, value in headers}
    caching, varies = ({one.strip() for one in told.get(name, "").split(",")} for name in ("cache-control", "vary"))
    return (
        "set-cookie" not in told
        and "public" in caching
        and not caching & {"no-store", "private"}
        and not varies & {"cookie", "authorization", "*"}
    )
