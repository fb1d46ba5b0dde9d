"""What naming, counting and logging cost a bare Ninja route: at most 5 % is promised.

    PYTHONPATH=site:. DJANGO_SETTINGS_MODULE=meiduo.settings.dev LOG_FORMAT=json \\
        uv run python -m benchmarks.operations.watching [--rounds 600] [--calls 25]

The same request goes through Django's WSGI handler with and without the middleware, and what counts is the processor
time of this thread. A busy machine makes that longer too, because others use its caches; so rounds are a few
milliseconds short and take turns, and each is compared with its neighbour. Told are the median without the middleware,
in microseconds, the median of the differences with the range in which half of them lie, and the load.
"""

import argparse
import os
import statistics
import sys
import time
from io import BytesIO
from typing import Any

import django
from django.conf import settings

WATCH = "meiduo.watching.requests.watch"
PATH = "/bench/bare/"


def handlers() -> tuple[Any, Any]:
    """Django's handler with the watching middleware, and without."""
    from django.core.handlers.wsgi import WSGIHandler

    full = list(settings.MIDDLEWARE)
    assert WATCH in full
    watched = WSGIHandler()
    settings.MIDDLEWARE = [one for one in full if one != WATCH]
    bare = WSGIHandler()
    settings.MIDDLEWARE = full
    return watched, bare


def environ() -> dict[str, Any]:
    """A GET as a server hands it over."""
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": PATH,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "127.0.0.1:8000",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "REMOTE_ADDR": "127.0.0.1",
    }


def round_of(handler: Any, calls: int) -> float:
    """Microseconds of processor time per request of one round."""
    begun = time.thread_time()
    for _call in range(calls):
        response = handler(environ(), lambda status, headers, exc_info=None: None)
        response.close()
    return (time.thread_time() - begun) / calls * 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=600)
    parser.add_argument("--calls", type=int, default=25)
    asked = parser.parse_args()
    settings.ROOT_URLCONF = "benchmarks.operations.bare_urls"
    django.setup()
    watched, bare = handlers()
    for handler in (watched, bare):
        round_of(handler, 20 * asked.calls)
    without, differences = [], []
    for number in range(asked.rounds):
        # Who goes first takes turns, too.
        pair = {
            handler: round_of(handler, asked.calls) for handler in ((watched, bare) if number % 2 else (bare, watched))
        }
        without.append(pair[bare])
        differences.append(pair[watched] - pair[bare])
    bare_median, more = statistics.median(without), statistics.median(differences)
    low, _middle, high = statistics.quantiles(differences, n=4)
    print(
        f"without {bare_median:.1f} µs, more with it {more:.1f} µs (half of the rounds: {low:.1f} to {high:.1f}) "
        f"= {more / bare_median:.1%}; load average {os.getloadavg()[0]:.1f}"
    )
    return 0 if more <= 0.05 * bare_median else 1


if __name__ == "__main__":
    sys.exit(main())
