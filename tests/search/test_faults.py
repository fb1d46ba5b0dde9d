"""Rows 32 to 37 of the fault list, on a real Meilisearch that is killed, frozen and wiped."""

import threading
import time
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from django.core.management import call_command
from django.db import connection

from kernel import clock
from search import following, indexer, queries, reconcile
from search.breaker import breaker
from search.engine import Question, engine
from search.errors import EngineDown
from search.models import IndexWrite
from shop.catalog.models import Sku, Spu
from shop.catalog.services import skus_changed
from tests.search.catalog import product, sku
from tests.search.waiting import until

pytestmark = [pytest.mark.fault, pytest.mark.django_db]

PHONES = ("手机数码", "手机通讯", "手机")


def ask(text: str = "手机", **choices):
    return queries.search(Question(at=clock.now(), text=text, **choices))


def names(text: str = "手机", **choices) -> set[str]:
    return {found.card.name for found in ask(text, **choices).rows}


def indexed(*skus: Sku) -> None:
    """In the index, and seen to be done."""
    indexer.upsert([one.pk for one in skus])
    quiet()


def quiet() -> None:
    """Every write that the engine took is done."""
    IndexWrite.objects.update(due_at=clock.now())

    def none_left() -> bool:
        following.follow_writes(upsert=indexer.upsert)
        IndexWrite.objects.filter(state=IndexWrite.State.WAITING).update(due_at=clock.now())
        return not IndexWrite.objects.filter(state=IndexWrite.State.WAITING).exists()

    until(none_left)


def phone(name: str = "华为手机") -> Sku:
    return sku(product(name, brand="华为", way=PHONES))


def test_meili_down_the_database_answers_within_a_second_and_says_so(server):
    indexed(phone())
    assert not ask().degraded
    server.kill()

    began = time.monotonic()
    result = ask()

    assert time.monotonic() - began < 1
    assert result.degraded
    assert [found.card.name for found in result.rows] == ["华为手机"]


def test_meili_down_frozen_costs_one_buyer_less_than_a_second_and_the_others_nothing(server):
    indexed(phone())
    ask()
    server.freeze()
    try:
        began = time.monotonic()
        assert ask().degraded
        first = time.monotonic() - began
        began = time.monotonic()
        assert ask().degraded
        second = time.monotonic() - began
    finally:
        server.thaw()

    assert first < 1
    assert second < 0.3


def test_meili_down_recovers_by_itself(server, settings):
    settings.SEARCH_BREAK_SECONDS = (0.2, 0.4)
    indexed(phone())
    server.kill()
    assert ask().degraded
    server.start()

    until(lambda: not ask().degraded)

    assert not breaker.is_open


def test_meili_down_writes_are_kept_and_found_by_the_sweep(server):
    indexed(phone())
    server.kill()
    late = phone("荣耀手机")

    with pytest.raises(EngineDown):
        indexer.upsert([late.pk])

    late.refresh_from_db()
    assert late.index_dirty_at is not None
    assert "荣耀手机" in names("荣耀手机"), "the database engine has it already"
    server.start()
    breaker.reset()
    assert indexer.sweep_dirty() == 1
    quiet()
    late.refresh_from_db()
    assert late.index_dirty_at is None
    result = ask("荣耀手机")
    assert not result.degraded
    assert [found.card.name for found in result.rows] == ["荣耀手机"]


def test_meili_task_failed_is_seen_logged_and_made_anew(server, caplog):
    one = phone()
    indexed(one)
    client = engine()._client()
    wrong = client.index(engine().index).add_documents([{"nothing": 1}], primary_key="sku_id")
    following.follow(engine_receipt(wrong.task_uid), [one.pk])
    IndexWrite.objects.update(due_at=clock.now())
    until(lambda: engine().outcomes([engine_receipt(wrong.task_uid)])[0].state == "failed")

    failed = following.follow_writes(upsert=indexer.upsert)

    assert failed == 1
    row = IndexWrite.objects.get(task=wrong.task_uid)
    assert row.state == IndexWrite.State.FAILED
    assert "sku_id" in row.error or "identifier" in row.error
    assert row.due_at > clock.now()
    assert "failed a write" in caplog.text
    IndexWrite.objects.update(due_at=clock.now())
    following.follow_writes(upsert=indexer.upsert)
    assert not IndexWrite.objects.filter(task=wrong.task_uid).exists()
    assert IndexWrite.objects.get().attempts == 2
    quiet()
    assert names() == {"华为手机"}


def engine_receipt(task: int):
    from search.engine import Receipt

    return Receipt(task, engine().index)


def test_meili_tasks_however_many_are_followed_in_one_look(server, monkeypatch):
    monkeypatch.setattr(following, "_BATCH", 4)
    one = phone()
    indexed(one)
    IndexWrite.objects.all().delete()
    client, index = engine()._client(), engine().index
    done = client.index(index).update_documents([{"sku_id": one.pk}]).task_uid
    wrong = client.index(index).add_documents([{"nothing": 1}], primary_key="sku_id").task_uid
    until(lambda: engine().outcomes([engine_receipt(wrong)])[0].state == "failed")
    unknown = [10**6 + number for number in range(9)]
    for task in (done, wrong, *unknown):
        following.follow(engine_receipt(task), [one.pk])
    IndexWrite.objects.update(due_at=clock.now())

    assert following.follow_writes(upsert=indexer.upsert) == 1 + len(unknown)

    rows = IndexWrite.objects.order_by("task")
    assert [row.task for row in rows] == sorted([wrong, *unknown])
    assert {row.error for row in rows if row.task != wrong} == {"task unknown"}


def test_meili_task_failed_too_often_is_left_for_staff_to_see(server, caplog):
    one = phone()
    indexed(one)
    wrong = engine()._client().index(engine().index).add_documents([{"nothing": 1}], primary_key="sku_id")
    until(lambda: engine().outcomes([engine_receipt(wrong.task_uid)])[0].state == "failed")
    following.follow(engine_receipt(wrong.task_uid), [one.pk], attempts=following.MOST_ATTEMPTS)
    IndexWrite.objects.update(due_at=clock.now())

    following.follow_writes(upsert=indexer.upsert)

    assert IndexWrite.objects.get().state == IndexWrite.State.GIVEN_UP
    assert following.follow_writes(upsert=indexer.upsert) == 0


def test_meili_reconcile_finds_and_mends_missing_and_extra(server, capsys):
    stays, lost, gone = phone("华为手机"), phone("荣耀手机"), phone("小米手机")
    indexed(stays, lost, gone)
    gone_id = gone.pk
    until_done(engine().delete([lost.pk]))
    Sku.objects.filter(pk=gone_id).delete()

    call_command("search_reconcile", "--dry-run")
    assert "meilisearch: missing 1, extra 1" in capsys.readouterr().out
    call_command("search_reconcile")
    quiet()

    assert all(not one.missing and not one.extra for one in reconcile.differences())
    assert names() == {"华为手机", "荣耀手机"}


def until_done(receipt) -> None:
    until(lambda: engine().outcomes([receipt])[0].state == "done")


def test_meili_reconcile_brings_back_a_wiped_server(server):
    indexed(phone())
    server.wipe()
    breaker.reset()
    assert ask().degraded, "an index that is not there answers nothing; the database does"

    call_command("search_reconcile")
    quiet()
    breaker.reset()

    result = ask()
    assert not result.degraded
    assert {found.card.name for found in result.rows} == {"华为手机"}
    assert list(engine().status().drift) == []


def test_meili_order_the_latest_state_wins_whoever_writes_last(meilisearch, monkeypatch):
    """A writer that read before an edit writes after the writer of that edit."""
    one = phone("旧名")
    indexed(one)
    real = indexer.read
    rounds = []

    def rival_comes_between(sku_ids):
        reading = real(sku_ids)
        if not rounds:
            rounds.append("slow")
            Spu.objects.filter(pk=one.spu_id).update(name="新名")
            Sku.objects.filter(pk=one.pk).update(name="新名")
            skus_changed([one.pk])
            indexer.upsert([one.pk])
        return reading

    monkeypatch.setattr(indexer, "read", rival_comes_between)
    indexer.upsert([one.pk])
    quiet()

    assert names("新名") == {"新名"}
    assert ask("旧名").count == 0
    one.refresh_from_db()
    assert one.index_dirty_at is None


def test_meili_order_control_without_the_marks_the_old_state_would_win(meilisearch, monkeypatch):
    one = phone("旧名")
    indexed(one)
    old = indexer.read([one.pk])
    Spu.objects.filter(pk=one.spu_id).update(name="新名")
    Sku.objects.filter(pk=one.pk).update(name="新名")
    indexed(one)

    until_done(meilisearch.write(old.documents))

    assert ask("新名").count == 0


@pytest.mark.django_db(transaction=True)
def test_meili_swap_a_rebuild_has_no_empty_moment(server):
    made = [phone(f"华为手机 {n}") for n in range(40)]
    indexed(*made)
    answers: list[int] = []
    stop = threading.Event()

    def keep_asking() -> None:
        try:
            while not stop.is_set() or len(answers) < 100:
                answers.append(engine().ask(Question(at=clock.now(), text="手机")).total)
        finally:
            connection.close()

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        call_command("search_rebuild")
    finally:
        stop.set()
        asking.join(60)

    assert len(answers) >= 100
    assert set(answers) == {40}
    leftovers = engine()._leftovers
    until(lambda: leftovers(engine()._client()) == [])


def test_meili_swap_takes_along_what_changed_while_it_was_filled(server, monkeypatch):
    one, other = phone("华为手机"), phone("荣耀手机")
    indexed(one, other)
    from search import rebuilding

    real = rebuilding.read
    edited = []

    def edit_right_after_reading(sku_ids):
        reading = real(sku_ids)
        if not edited:
            edited.append(True)
            Sku.objects.filter(pk=one.pk).update(name="崭新名字")
            Spu.objects.filter(pk=one.spu_id).update(name="崭新名字")
            Spu.objects.filter(pk=other.spu_id).update(status=Spu.Status.OFF_SALE)
            skus_changed([one.pk, other.pk])
            indexer.upsert([one.pk, other.pk])
        return reading

    monkeypatch.setattr(rebuilding, "read", edit_right_after_reading)
    call_command("search_rebuild")
    quiet()

    assert names("崭新名字") == {"崭新名字"}
    assert engine().count() == 1


def test_meili_hidden_an_off_shelf_sku_never_shows_however_old_the_index(server):
    on, off, ended = phone("华为手机"), phone("荣耀手机"), phone("小米手机")
    indexed(on, off, ended)
    Sku.objects.filter(pk=off.pk).update(is_on_sale=False)
    Spu.objects.filter(pk=ended.spu_id).update(off_sale_at=clock.now() - timedelta(seconds=1))

    result = ask()

    assert not result.degraded
    assert {found.card.name for found in result.rows} == {"华为手机"}


def test_meili_hidden_price_and_stock_are_those_of_the_database(server):
    one = phone()
    indexed(one)
    Sku.objects.filter(pk=one.pk).update(price=Decimal("1.23"), stock=0)

    card = ask().rows[0].card

    assert (card.price, card.stock_state) == (Decimal("1.23"), "sold_out")


@pytest.mark.parametrize("nasty", ["1 OR spu_id > 0", '"] OR spu_id > 0 OR ["', '颜色:黑" OR price > 0'])
def test_meili_hidden_no_filter_text_of_a_client_reaches_the_engine(server, api, nasty):
    indexed(phone())

    for name in ("category", "brand", "min_price", "filter", "spec"):
        answer = api.get("/api/v1/skus/search/", {"text": "手机", name: nasty})
        assert answer.status_code in {200, 400}
        if answer.status_code == 200 and name == "spec":
            assert answer.json()["count"] == 0


def test_meili_key_scope_the_server_asks_with_what_it_was_given_and_a_wrong_key_degrades(server, settings):
    indexed(phone())
    settings.MEILISEARCH_KEY = "wrong"
    from search import engine as engines

    engines._kept.cache_clear()

    result = ask()

    assert result.degraded
    assert {found.card.name for found in result.rows} == {"华为手机"}
    assert httpx.get(f"{server.url}/indexes", headers={"Authorization": "Bearer wrong"}).status_code == 403


def test_meili_key_scope_a_browsers_token_searches_what_is_on_sale_and_nothing_else(server, settings, api):
    settings.MEILISEARCH_PUBLIC_URL = server.url
    on = phone()
    later = sku(product("明天的手机", brand="华为", way=PHONES, on_sale_at=clock.now() + timedelta(days=1)))
    indexed(on, later)
    given = api.get("/api/v1/search/token/").json()
    headers = {"Authorization": f"Bearer {given['token']}"}
    search_url = f"{server.url}/indexes/{given['index']}/search"

    hits = httpx.post(search_url, json={"q": "手机", "filter": "spu_id > 0"}, headers=headers).json()["hits"]

    assert hits == [{"sku_id": on.pk, "spu_id": on.spu_id, "price": float(on.price)}]
    assert server.key not in str(given)
    for method, path in (
        ("GET", "/keys"),
        ("GET", "/indexes"),
        ("GET", "/tasks"),
        ("DELETE", f"/indexes/{given['index']}"),
    ):
        assert httpx.request(method, f"{server.url}{path}", headers=headers).status_code == 403, path
    assert httpx.post(f"{server.url}/indexes/other/search", json={"q": ""}, headers=headers).status_code == 403


def test_meili_key_scope_a_token_ends_by_itself(server, settings):
    indexed(phone())
    token = engine().token(until=clock.now() + timedelta(seconds=1))
    search_url = f"{server.url}/indexes/{engine().index}/search"

    def status() -> int:
        return httpx.post(search_url, json={"q": ""}, headers={"Authorization": f"Bearer {token}"}).status_code

    assert status() == 200
    until(lambda: status() == 403)


def test_meili_key_scope_no_token_where_browsers_have_no_business(server, settings, api):
    settings.MEILISEARCH_PUBLIC_URL = ""

    assert api.get("/api/v1/search/token/").status_code == 404
