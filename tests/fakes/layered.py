"""A test client whose requests pass the WSGI layer before Django, as those to granian do."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from meiduo.hot_reads import HotReads


class Hand:
    """A clock that tests move, and timers that wait until they are told."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waiting: list[Any] = []

    def ticks(self) -> float:
        return self.now

    def later(self, seconds: float, action: Any) -> None:
        self.waiting.append(action)

    def pass_(self, seconds: float) -> None:
        """So much later, everything that was to happen until then has happened."""
        self.now += seconds
        waiting, self.waiting = self.waiting, []
        for action in waiting:
            action()


class LayeredHandler(ClientHandler):
    """Django's handler behind one layer, with its memory."""

    def __init__(self, hand: Hand | None = None) -> None:
        super().__init__(enforce_csrf_checks=False)
        self.hand = hand or Hand()
        self.layer = HotReads(self._django, ticks=self.hand.ticks, later=self.hand.later)
        #: How many requests reached Django.
        self.reached = 0

    def _django(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.reached += 1
        response = super().__call__(environ)
        start_response(f"{response.status_code} {response.reason_phrase}", [*response.items()])
        self._last = response
        return [b"".join(response)] if response.streaming else [response.content]

    def __call__(self, environ: dict[str, Any]) -> Any:
        self._last: Any = None
        told: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            told[:] = status, headers

        body = b"".join(self.layer(environ, start))
        status, headers = told
        if self._last is not None and self._last.content == body and self._last.status_code == int(status[:3]):
            return self._last
        response: Any = HttpResponse(body, status=int(status[:3]))
        del response.headers["Content-Type"]
        for name, value in headers:
            response.headers[name] = value
        response.wsgi_request = None
        return response


class LayeredClient(Client):
    """``handler.layer`` is the layer, ``handler.hand`` its clock. It names its host, as every real client does."""

    handler: LayeredHandler

    def __init__(self, hand: Hand | None = None, **options: Any) -> None:
        super().__init__(HTTP_HOST="testserver", **options)
        self.handler = LayeredHandler(hand)
