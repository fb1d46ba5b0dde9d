"""Where a parcel is: the stand-in, Kuaidi100 over HTTP, and what happens when nobody knows."""

import hashlib
import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import httpx
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from kernel import clock
from shop.shipping.tracking import asking
from shop.shipping.tracking.asking import NO_NEWS, NOT_NOW, tracks_of
from shop.shipping.tracking.port import Step, TrackingFailed, Waybill
from shop.shipping.tracking.providers import kuaidi100
from shop.shipping.tracking.providers.fake import FakeTracking
from shop.shipping.tracking.providers.kuaidi100 import Kuaidi100

pytestmark = pytest.mark.django_db

GOOD = {
    "message": "ok",
    "status": "200",
    "state": "3",
    "data": [
        {"time": "2026-11-12 09:30:00", "context": "已签收", "statusCode": "301"},
        {"time": "2026-11-12 08:00:00", "context": "派送中", "statusCode": "5"},
        {"time": "2026-11-10 20:00:00", "context": "已揽收", "statusCode": "103"},
    ],
}


def waybill(**changed):
    values = {"carrier": "SF", "number": "SF1234567890", "sent_at": clock.now(), "mobile": "13812345678"}
    return Waybill(**values | changed)


@contextmanager
def kuaidi(answer, *, status=200):
    """Kuaidi100 on 127.0.0.1, which checks the signature as its document asks."""
    taken = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            plain = f"{form['param'][0]}secretCUSTOMER".encode()
            signed = form["sign"][0] == hashlib.md5(plain, usedforsecurity=False).hexdigest().upper()
            taken.append((self.path, json.loads(form["param"][0])))
            said = answer if signed else {"result": False, "returnCode": "503", "message": "验证签名失败"}
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield _adapter(f"http://127.0.0.1:{server.server_port}"), taken
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _adapter(url, key="secret"):
    return Kuaidi100(url=url, customer="CUSTOMER", key=key, names={"SF": "shunfeng"})


def test_the_stand_in_tells_what_has_happened_since_the_parcel_left():
    fresh = FakeTracking().follow(waybill())
    old = FakeTracking().follow(waybill(sent_at=clock.now() - timedelta(days=3)))

    assert [one.state for one in fresh] == [Step.ACCEPTED]
    assert "顺丰速运" in fresh[0].text
    assert old[0].state == Step.SIGNED
    assert [one.at for one in old] == sorted((one.at for one in old), reverse=True)


def test_kuaidi100_is_asked_as_its_document_says_and_understood():
    with kuaidi(GOOD) as (adapter, taken):
        found = adapter.follow(waybill())

    assert [one.state for one in found] == [Step.SIGNED, Step.DELIVERING, Step.ACCEPTED]
    assert found[0].at.isoformat() == "2026-11-12T09:30:00+08:00"
    assert taken == [("/poll/query.do", {"com": "shunfeng", "num": "SF1234567890", "phone": "5678", "resultv2": "4"})]


def test_a_parcel_nobody_knows_yet_is_no_failure_and_an_unknown_carrier_is_not_asked_for():
    with kuaidi({"result": False, "returnCode": "500", "message": "查询无结果"}) as (adapter, taken):
        assert list(adapter.follow(waybill())) == []
        assert list(adapter.follow(waybill(carrier="OTHER"))) == []
    assert len(taken) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"result": False, "returnCode": "503", "message": "签名"},
        {"status": "200", "data": "none"},
        {"status": "200", "data": [{"time": "gestern", "context": "x"}]},
        {"status": "200", "data": ["odd"]},
        [],
        b"<html>502</html>",
        b"x" * (kuaidi100.MOST_BYTES + 10),
    ],
)
def test_every_odd_answer_is_one_failure(answer):
    with kuaidi(answer) as (adapter, _taken), pytest.raises(TrackingFailed):
        adapter.follow(waybill())


def test_a_wrong_key_and_a_dead_server_are_failures():
    with kuaidi(GOOD) as (adapter, _taken):
        adapter.key = "wrong"
        with pytest.raises(TrackingFailed):
            adapter.follow(waybill())
    with pytest.raises(TrackingFailed):
        _adapter("http://127.0.0.1:9").follow(waybill())


def test_a_server_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(kuaidi100, "TIMEOUT", httpx.Timeout(0.2))
    silent = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    try:
        # Nobody serves: the connection is taken by the kernel and never answered.
        with pytest.raises(TrackingFailed):
            _adapter(f"http://127.0.0.1:{silent.server_port}").follow(waybill())
    finally:
        silent.server_close()


class Counting:
    name = "counting"
    asked = 0
    fails = False

    def follow(self, one):
        type(self).asked += 1
        if self.fails:
            raise TrackingFailed("down")
        return FakeTracking().follow(one)


@pytest.fixture
def counting(monkeypatch):
    monkeypatch.setattr(Counting, "asked", 0)
    monkeypatch.setattr(Counting, "fails", False)
    monkeypatch.setattr(asking, "provider", Counting)
    return Counting


def test_an_answer_is_kept_for_a_while(counting):
    first = tracks_of([waybill()])
    again = tracks_of([waybill()])

    assert (counting.asked, first) == (1, again)
    assert first[0].events[0].state == Step.ACCEPTED
    cache.clear()
    tracks_of([waybill()])
    assert counting.asked == 2


def test_a_failure_is_an_empty_track_with_a_note_and_is_not_asked_again_at_once(counting, monkeypatch, caplog):
    monkeypatch.setattr(counting, "fails", True)

    tracks = [tracks_of([waybill()])[0] for _time in range(2)]

    assert [(one.events, str(one.note)) for one in tracks] == [((), str(NOT_NOW))] * 2
    assert counting.asked == 1
    assert "SF1234567890" not in caplog.text


def test_a_dead_cache_is_no_reason_to_fail(counting, monkeypatch):
    def dead(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(asking.cache, "get", dead, raising=False)
    monkeypatch.setattr(asking.cache, "set", dead, raising=False)

    assert tracks_of([waybill()])[0].events


def test_patience_ends_for_all_parcels_together(counting, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", -1.0)

    tracks = tracks_of([waybill(number=f"SF00000000{number}") for number in range(5)])

    assert counting.asked == 0
    assert {str(one.note) for one in tracks} == {str(NOT_NOW)}


def test_settings_say_who_is_asked(settings):
    assert django_settings.TRACKING == "fake"
    settings.TRACKING = "off"
    assert str(tracks_of([waybill()])[0].note) == str(NO_NEWS)
    settings.TRACKING = "nobody"
    with pytest.raises(ImproperlyConfigured):
        tracks_of([waybill()])
    settings.TRACKING = "kuaidi100"
    assert asking.provider().name == "kuaidi100"
