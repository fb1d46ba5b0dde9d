"""Row 60 of the fault list: the shop is lost and restored, and the money that came meanwhile is found."""

import json
import os
import shutil
import subprocess
import threading
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection, connections
from django.test import Client

from accounts.models import SmsMessage, User
from accounts.services.sessions import open_session
from accounts.services.sms import deliver_sms, queue_sms
from kernel import clock, events
from meiduo.backups import archive, files, mending
from meiduo.backups.engines import tables
from meiduo.backups.pointing import pointed_at
from shop.audit.selectors import drifts
from shop.orders.models import Order
from shop.orders.services import RefundedPieces, close_expired, reprice
from shop.orders.states import OrderState, PayMethod
from shop.payments.gateways.fake.bill import daily_bill
from shop.payments.models import BillDifference, PaymentAttempt, Refund
from shop.payments.port import Channel
from shop.payments.selectors import payments_needing_a_person
from shop.payments.services import reconcile, request_refund, send_refund, start_payment
from tests.accounts.people import bearer, outbox
from tests.factories.people import UserFactory
from tests.factories.trade import buyer_with_address, sku_with_stock, unpaid_order
from tests.fakes.alipay import running, send_notice
from tests.faults.disaster import databases, lose, shop_to_lose

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def alipay(settings):
    with running() as stand_in:
        settings.PAY_GATEWAYS = {
            "alipay": {"class": "shop.payments.gateways.alipay.AlipayGateway", "options": stand_in.options}
        }
        yield stand_in


@pytest.fixture
def shop(transactional_db, tmp_path, settings, alipay, monkeypatch):
    """A shop with a database, files and caches of its own; nobody listens to its events."""
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(events, "deliver", lambda event: None)
    with shop_to_lose(tmp_path) as name:
        yield Shop(name, tmp_path / "backups", alipay)


class Shop:
    """The shop, its backups, and what its operator types."""

    def __init__(self, name, place, alipay):
        self.name, self.place, self.alipay = name, place, alipay
        self.buyer = buyer_with_address()
        self.sku = sku_with_stock(500)

    def order(self, pieces=1, **how):
        return unpaid_order(self.buyer, items={self.sku: pieces}, **how)

    def page(self, order, **how):
        return start_payment(number=order.number, owner=self.buyer, channel=Channel.PAGE, **how)

    def pay(self, order, *, tells=True, **how):
        """The buyer pays at Alipay; the notice arrives, or waits for ever."""
        trade = self.alipay.pay(self.page(order, **how), notices=int(tells))
        if tells:
            assert set(self.alipay.gateway.messenger.deliver()) == {"success"}
        return trade

    def backup(self, **options):
        call_command("backup", self.place, name="drill", **options)
        return self.place / "drill"

    def lost_and_restored(self, folder, capsys, **options):
        """The disaster, and what the restore said and how it ended."""
        lose()
        return run(capsys, "restore", folder, **options)


def run(capsys, *words, **options):
    """(exit code, what was printed) of a command."""
    capsys.readouterr()
    code = 0
    try:
        call_command(*words, **options)
    except CommandError as error:
        code = error.returncode
        return code, capsys.readouterr().out + str(error)
    return code, capsys.readouterr().out


def listed(said):
    """Payment → (where it stands there, its sum) of the lines about payments."""
    lines = [line.strip().split("  ") for line in said.splitlines() if "  order " in line]
    return {payment: (there, amount) for there, payment, _order, amount, *_rest in lines}


def seen(numbers):
    """What the orders of these numbers are, in everything that a restore must not change."""
    rows = Order.objects.filter(number__in=numbers).order_by("number")
    columns = ("number", "state", "payable", "paid_amount", "refunded_amount", "user_id", "address", "created_at")
    return list(rows.values(*columns))


def selling(shop, stop, made):
    """Buyers who go on ordering until they are told to stop."""

    def buy():
        try:
            while not stop.is_set():
                made.append(shop.order(pay_method=PayMethod.CASH_ON_DELIVERY).number)
                stop.wait(0.1)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=buy) for _number in range(2)]
    for thread in threads:
        thread.start()
    return threads


def test_restore_drill_the_shop_comes_back_and_lists_exactly_the_money_it_does_not_know(shop, capsys):
    paid, sent_back, started, fresh, second, dearer, left = (shop.order(pieces) for pieces in (1, 2, 3, 4, 5, 6, 7))
    shop.pay(paid)
    shop.pay(sent_back)
    refund(sent_back, pieces=1)
    for order in (started, second, left):
        shop.alipay.open(shop.page(order))
    # Its time is over when the shop comes back, though its buyer paid in time.
    Order.objects.filter(pk=started.pk).update(expires_at=clock.now() + timedelta(seconds=30))
    waiting = queue_sms(mobile="13812345678", template="order_paid", params={"number": "1", "amount": "1"}, lives=3600)
    login = open_session(user=shop.buyer)
    kept, lost, changed = (default_storage.save(f"documents/{n}.txt", ContentFile(b"as it was")) for n in "abc")

    stop, meanwhile = threading.Event(), []
    threads = selling(shop, stop, meanwhile)
    while len(meanwhile) < 3:
        stop.wait(0.05)
    before = [*meanwhile]
    folder = shop.backup()
    while len(meanwhile) < len(before) + 3:
        stop.wait(0.05)
    stop.set()
    for thread in threads:
        thread.join(60)
    known = [order.number for order in (paid, sent_back, started, fresh, second, dearer, left)] + before
    as_backed_up = seen(known)

    # After the backup the shop goes on.
    money = {}
    for order in (started, fresh):
        money[shop.pay(order).out_trade_no] = order.payable
    money[shop.pay(second, force_new=True, tells=False).out_trade_no] = second.payable
    reprice(order_id=dearer.pk, by=shop.buyer, adjustment=Decimal("-1.00"), freight=Decimal("0"), note="")
    dearer.refresh_from_db()
    money[shop.pay(dearer).out_trade_no] = dearer.payable
    unknown = shop.order()
    unknown_trade = shop.pay(unknown)
    late_refund = refund(paid, pieces=1)
    sent = len(outbox())
    deliver_sms(message_id=waiting)
    assert len(outbox()) == sent + 1
    late_login = open_session(user=UserFactory())
    handed_out = {model: model._base_manager.order_by("-pk").first().pk for model in (User, Order, PaymentAttempt)}
    used = numbers()
    default_storage.delete(lost)
    with default_storage.open(changed, "wb") as file:
        file.write(b"other!!!!")
    assert list(drifts()) == []

    code, said = shop.lost_and_restored(folder, capsys)

    # Everything up to the backup is there, and adds up.
    assert code == 1, said
    assert seen(known) == as_backed_up
    assert not Order.objects.filter(number=unknown.number).exists()
    assert run(capsys, "audit_ledger")[0] == 0
    assert run(capsys, "recount")[0] == 0
    assert f"missing  {lost}" in said
    assert f"changed  {changed}" in said
    assert kept not in said
    # The list names exactly what was paid for orders that are known, with the sums.
    assert listed(said) == {name: ("paid", f"¥{amount}") for name, amount in money.items()}
    assert f"{len(money)} paid at the gateway and not here, ¥{sum(money.values())}; 0 unanswered" in said

    # The bill alone knows the order that was lost whole, and the refund.
    rows = bill_says(shop, unknown_trade)
    assert rows.pop(unknown_trade.out_trade_no) == ("missing_here", unknown.payable)
    assert rows.pop(late_refund.out_request_no) == ("missing_here", late_refund.amount)
    assert set(rows) == set(money)

    # Settling pays what can be paid; what costs otherwise now goes back.
    code, said = run(capsys, "find_payments", settle=True)
    assert code == 0, said
    assert dict(Order.objects.filter(number__in=known[:7]).values_list("number", "state")) == {
        **dict.fromkeys([order.number for order in (paid, sent_back, started, fresh, second)], OrderState.TO_SHIP),
        **dict.fromkeys([order.number for order in (dearer, left)], OrderState.UNPAID),
    }
    assert list(Refund.objects.filter(cause="late_payment").values_list("payment__order__number", "amount")) == [
        (dearer.number, dearer.payable)
    ]
    code, said = run(capsys, "find_payments")
    assert (code, listed(said)) == (0, {})
    assert list(drifts()) == []
    assert list(payments_needing_a_person()) == []

    # Nothing of the lost time comes to mean something else.
    for order in (left, dearer):
        shop.alipay.pay(shop.page(order, force_new=True), notices=0)
        assert PaymentAttempt.objects.filter(order=order).latest("pk").out_trade_no not in used
    assert shop.order().pk > handed_out[Order]
    assert PaymentAttempt.objects.latest("pk").pk > handed_out[PaymentAttempt]
    assert UserFactory().pk > handed_out[User]
    for session in (login, late_login):
        assert Client().get("/api/v1/user/", headers=bearer(session.token)).status_code == 401
        assert Client().post("/api/v1/authorizations/refresh/", {"refresh": session.refresh}).status_code >= 400
    deliver_sms(message_id=waiting)
    assert SmsMessage.objects.get(pk=waiting).state == "unknown"
    assert len(outbox()) == sent + 1


def numbers(**those):
    """The numbers of payments that the shop has given out, as far as it knows."""
    return set(PaymentAttempt.objects.filter(**those).values_list("out_trade_no", flat=True))


def refund(order, *, pieces):
    line = order.lines.get()
    made = request_refund(
        order_id=order.pk,
        lines=[RefundedPieces(line_id=line.pk, count=pieces, amount=line.price * pieces, restock=True)],
        freight=order.freight if pieces == line.count else Decimal("0"),
        reason="",
        by=None,
        approved=True,
    )
    assert send_refund(refund_id=made.pk) is None
    made.refresh_from_db()
    assert made.state == Refund.State.SUCCEEDED
    return made


def bill_says(shop, trade):
    """Number → (kind, their sum) of what the gateway's bill of that day says otherwise."""
    day = trade.paid_at[:10]
    reconcile(gateway="alipay", raw=daily_bill(shop.alipay.gateway.store, day))
    return {row.number: (row.kind, row.theirs) for row in BillDifference.objects.filter(settled_at=None)}


def test_restore_drill_who_paid_in_time_is_paid_even_if_the_time_is_over_when_the_shop_is_back(shop, capsys):
    order = shop.order()
    shop.alipay.open(shop.page(order))
    Order.objects.filter(pk=order.pk).update(expires_at=clock.now() + timedelta(seconds=60))
    folder = shop.backup()
    shop.pay(order, tells=False)

    shop.lost_and_restored(folder, capsys)
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        close_expired()
        run(capsys, "find_payments", settle=True)

    order.refresh_from_db()
    assert (order.state, Refund.objects.count()) == (OrderState.TO_SHIP, 0)


def test_restore_drill_control_without_parting_from_the_lost_time_money_goes_back_and_a_number_comes_twice(
    shop, capsys, monkeypatch
):
    monkeypatch.setattr(mending, "part_from_lost_time", lambda: 0)
    order, again = shop.order(), shop.order()
    shop.alipay.open(shop.page(order))
    Order.objects.filter(pk=order.pk).update(expires_at=clock.now() + timedelta(seconds=60))
    folder = shop.backup()
    shop.pay(order, tells=False)
    shop.page(again)
    used = numbers(order=again)

    code, said = shop.lost_and_restored(folder, capsys)
    shop.page(again)
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        close_expired()
        run(capsys, "find_payments", settle=True)

    assert code == 1, said
    assert numbers(order=again) == used
    assert Refund.objects.get().cause == "late_payment"


def test_restore_drill_a_notice_of_a_payment_of_the_lost_time_pays_its_order(shop, capsys):
    order, stranger = shop.order(), shop.order()
    folder = shop.backup()
    trade = shop.pay(order, tells=False)
    shop.alipay.gateway.tell(trade, "TRADE_SUCCESS")

    shop.lost_and_restored(folder, capsys)
    answer = send_notice(shop.alipay.notice(trade.out_trade_no))

    assert (answer.status_code, answer.content) == (200, b"success")
    assert seen([order.number])[0]["state"] == OrderState.TO_SHIP
    assert seen([stranger.number])[0]["state"] == OrderState.UNPAID
    assert list(drifts()) == []


def test_restore_drill_a_gateway_that_is_silent_is_no_good_news_and_is_asked_again(shop, capsys):
    order = shop.order()
    shop.alipay.open(shop.page(order))
    folder = shop.backup()
    trade = shop.pay(order, tells=False)
    shop.alipay.mood("query", "down")

    code, said = shop.lost_and_restored(folder, capsys, settle=True)

    assert code == 1
    assert listed(said)[trade.out_trade_no] == ("no answer", "-")
    assert "0 paid at the gateway and not here" in said
    shop.alipay.good_mood()
    code, said = run(capsys, "find_payments", settle=True)
    assert (code, listed(said)) == (0, {trade.out_trade_no: ("paid", f"¥{order.payable}")})


DAMAGES = {
    "a byte changed": lambda folder: flip(dump_of(folder)),
    "cut short": lambda folder: dump_of(folder).write_bytes(dump_of(folder).read_bytes()[:-1]),
    "no dump": lambda folder: dump_of(folder).unlink(),
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "no seal": lambda folder: (folder / "manifest.sha256").unlink(),
    "a sum changed": lambda folder: flip(folder / "manifest.json"),
    "a file that is not its own": lambda folder: (folder / "more.sql").write_text("DROP TABLE shop_order"),
    "the list of files changed": lambda folder: flip(folder / "media.jsonl"),
    "newer code": lambda folder: resealed(folder, lambda facts: facts["migrations"].append("shop.9999_to_come")),
    "another engine": lambda folder: resealed(folder, lambda facts: facts["database"].update(file="database.other")),
    "another format": lambda folder: resealed(folder, lambda facts: facts.update(format="mall-backup/9")),
    "a clock that is behind": lambda folder: resealed(
        folder, lambda facts: facts.update(at="2999-01-01T00:00:00+00:00")
    ),
}


def dump_of(folder):
    return next(folder.glob("database.*"))


def flip(path):
    """One byte in the middle is another one."""
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def resealed(folder, change):
    """The manifest says otherwise, and its checksum agrees."""
    path = folder / "manifest.json"
    facts = json.loads(path.read_text())
    change(facts)
    path.write_text(json.dumps(facts))
    (folder / "manifest.sha256").write_text(f"{archive.checksum(path)}  manifest.json\n")


def test_restore_drill_a_damaged_or_foreign_backup_is_refused_and_nothing_is_changed(shop, capsys, tmp_path):
    default_storage.save("documents/a.txt", ContentFile(b"a file"))
    shop.order()
    folder = shop.backup(media=True)
    shop.order()
    counted = dict(tables())

    for name, damage in DAMAGES.items():
        copy = tmp_path / name
        shutil.copytree(folder, copy)
        damage(copy)
        code, said = run(capsys, "restore", copy, yes_replace=shop.name)
        assert (code, "nothing is changed" in said) == (2, True), (name, said)
        assert (dict(tables()), databases(shop.name)) == (counted, [shop.name]), name

    # What passes every check and still cannot be taken back changes nothing either.
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    dump = dump_of(broken)
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
    part = {"bytes": dump.stat().st_size, "sha256": archive.checksum(dump)}
    resealed(broken, lambda facts: facts["parts"].update({dump.name: part}))
    code, said = run(capsys, "restore", broken, yes_replace=shop.name)
    assert code == 3, said
    assert (dict(tables()), databases(shop.name)) == (counted, [shop.name])
    # And the whole one is one.
    assert run(capsys, "restore", folder, check=True)[0] == 0


def test_restore_drill_a_shop_that_is_there_is_replaced_by_name_only_and_kept(shop, capsys):
    kept = shop.order()
    folder = shop.backup()
    gone = shop.order()

    for options in ({}, {"replace": True}, {"yes_replace": "another"}):
        code, said = run(capsys, "restore", folder, **options)
        assert (code, "--yes-replace" in said) == (2, True), said
        assert len(seen([kept.number, gone.number])) == 2
    in_use = connections.create_connection("default")
    try:
        with in_use.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM shop_order")
        code, said = run(capsys, "restore", folder, yes_replace=shop.name)
        assert (code, "stop web and workers" in said) == (2, True), said
    finally:
        in_use.close()
    code, said = run(capsys, "restore", folder, yes_replace=shop.name, drill=True)

    assert code == 0, said
    assert [order["number"] for order in seen([kept.number, gone.number])] == [kept.number]
    (before,) = set(databases(shop.name)) - {shop.name}
    assert before in said
    with pointed_at(before):
        assert len(seen([kept.number, gone.number])) == 2


@pytest.mark.postgres
def test_restore_drill_disconnect_sends_away_who_works_on_the_database(shop, capsys):
    folder = shop.backup()
    in_use = connections.create_connection("default")
    in_use.ensure_connection()

    code, said = run(capsys, "restore", folder, yes_replace=shop.name, disconnect=True, drill=True)

    assert code == 0, said
    with pytest.raises(OperationalError), in_use.cursor() as cursor:
        cursor.execute("SELECT 1")
    in_use.close()


def test_restore_drill_a_database_that_was_recovered_by_its_log_gets_the_rest_done(shop, capsys):
    started, number = shop.order(), shop.order().number
    shop.alipay.open(shop.page(started))
    shop.pay(started, tells=False)
    login = open_session(user=shop.buyer)

    assert run(capsys, "restore", recovered=True)[0] == 2
    code, said = run(capsys, "restore", recovered=True, yes_replace=shop.name)

    assert (code, list(listed(said))) == (1, [f"{started.number}P1"])
    assert len(seen([started.number, number])) == 2
    assert Client().get("/api/v1/user/", headers=bearer(login.token)).status_code == 401
    assert databases(shop.name) == [shop.name]


def test_restore_drill_files_come_back_from_a_backup_that_holds_them(shop, capsys):
    name = default_storage.save("documents/a.txt", ContentFile(b"a file"))
    folder = shop.backup(media=True)
    shutil.rmtree(default_storage.location)

    code, said = shop.lost_and_restored(folder, capsys)

    assert (code, "1 put back" in said) == (0, True), said
    with default_storage.open(name) as file:
        assert file.read() == b"a file"


def test_restore_drill_an_older_backup_gets_the_migrations_that_came_since(shop, capsys):
    call_command("migrate", "shop", "0004", verbosity=0)
    number = shop.order().number
    folder = shop.backup()

    code, said = shop.lost_and_restored(folder, capsys)

    assert code == 0, said
    assert len(seen([number])) == 1
    call_command("migrate", check_unapplied=True, verbosity=0)


def test_restore_drill_messages_are_sent_again_only_where_it_is_asked_for(shop, capsys):
    waiting = queue_sms(mobile="13812345678", template="order_paid", params={"number": "1", "amount": "1"}, lives=3600)
    folder = shop.backup()

    shop.lost_and_restored(folder, capsys, resend=True)

    assert SmsMessage.objects.get(pk=waiting).state == "queued"


def test_a_backup_that_breaks_leaves_nothing_overwrites_nothing_and_keeps_the_newest(shop, capsys, monkeypatch):
    began = clock.now()
    for moment in range(4):
        with time_machine.travel(began - timedelta(days=4 - moment), tick=False):
            assert run(capsys, "backup", shop.place, keep=2)[0] == 0
    names = sorted(one.name for one in shop.place.iterdir())
    (shop.place / "mine").mkdir()

    left_over = shop.place / ".mall-20200101T000000Z.partial"
    left_over.mkdir()
    os.utime(left_over, (0, 0))
    young = shop.place / ".mall-20200101T000001Z.partial"
    young.mkdir()

    assert len(names) == 2
    assert run(capsys, "backup", shop.place, name=names[0])[0] == 2
    assert run(capsys, "backup", shop.place, name="../elsewhere")[0] == 2
    with monkeypatch.context() as full:
        full.setattr(files, "write", raising)
        assert run(capsys, "backup", shop.place, keep=1)[0] == 1
    assert sorted(one.name for one in shop.place.iterdir()) == [left_over.name, young.name, *names, "mine"]
    assert run(capsys, "backup", shop.place, keep=1)[0] == 0
    (newest,) = {one.name for one in shop.place.iterdir()} - {young.name, "mine"}
    assert newest > max(names)
    assert {path.stat().st_mode & 0o077 for path in (shop.place / newest).rglob("*")} == {0}


def raising(*given, **named):
    raise OSError("no space left on device")


@pytest.mark.postgres
def test_a_backup_says_which_tool_is_missing_and_shows_no_password(shop, capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(connections.settings["default"], "PASSWORD", "hunter2-secret")
    ran = []
    real = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda command, **how: ran.append(command) or real(command, **how))
    folder = shop.backup()
    assert any(command[0] == "pg_dump" and "--format=custom" in command for command in ran)
    assert "hunter2-secret" not in str(ran)
    for path in folder.rglob("*"):
        assert b"hunter2-secret" not in path.read_bytes()

    monkeypatch.setenv("PATH", str(tmp_path))
    code, said = run(capsys, "backup", shop.place)
    assert (code, "pg_dump is missing" in said) == (2, True), said
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    code, said = run(capsys, "backup", shop.place)
    assert (code, "pg_dump is of version 9, the server of" in said) == (2, True), said


def test_a_broken_database_file_can_be_replaced_and_is_kept(shop, capsys):
    if connection.vendor != "sqlite":
        pytest.skip("a file is the embedded size's alone")
    number = shop.order().number
    folder = shop.backup()
    lose()
    Path(shop.name).write_bytes(b"not a database" * 1000)

    code, said = run(capsys, "restore", folder, yes_replace="mall.sqlite3")

    assert code == 0, said
    assert len(seen([number])) == 1
    (before,) = set(databases(shop.name)) - {shop.name}
    assert Path(before).read_bytes().startswith(b"not a database")
