"""The operator's screens: what is shown, to whom, and what may be done."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import MailMessage, SmsMessage, User
from kernel import clock
from meiduo.watching import figures
from tasks import desk, periodic
from tasks.models import Consumer, FailedTask, RunningTask, Sweep
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
DROP = "tasks.areas.drop_area_bytes"


def _client(group: str) -> Client:
    user = UserFactory(mobile=None)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend=BACKEND)
    return client


@pytest.fixture
def operator(monkeypatch):
    monkeypatch.setattr(figures, "_looked", float("-inf"))
    return _client("运维")


def failed(number=1, **values):
    defaults = {
        "name": DROP,
        "arguments": [[], {}],
        "shown": "[[], {}]",
        "state": FailedTask.State.DEAD,
        "error": "ConnectionError: away",
        "trace": "Traceback: deep inside",
        "attempts": 6,
    }
    return FailedTask.objects.create(task_id=f"t{number}", **{**defaults, **values})


@pytest.mark.parametrize("group", ["商品", "订单", "仓库", "客服", "财务", "市场"])
def test_other_groups_neither_see_the_screens_nor_the_menu_item(group):
    client = _client(group)
    one = failed()

    for address in (
        reverse("operations_tasks"),
        reverse("operations_messages"),
        reverse("operations_failure", args=[one.pk]),
    ):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.url == reverse("wagtailadmin_home")
    assert reverse("operations_tasks") not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_who_may_only_look_cannot_act(operator):
    from django.contrib.auth.models import Permission

    Group.objects.get(name="运维").permissions.remove(Permission.objects.get(codename="operate_tasks"))
    one = failed()

    page = operator.get(reverse("operations_tasks"))
    refused = operator.post(reverse("operations_discard", args=[one.pk]))

    assert "重新运行" not in page.content.decode()
    assert refused.status_code == 302
    one.refresh_from_db()
    assert one.state == FailedTask.State.DEAD


def test_the_screen_shows_queue_failures_workers_and_every_sweep(operator):
    failed()
    consumer = Consumer.objects.create(host="worker-1", pid=4242)
    dead = Consumer.objects.create(host="worker-2", pid=4343, beat_at=clock.now() - timedelta(minutes=5))
    RunningTask.objects.create(task_id="r", name="tasks.index.index_skus", shown="[[[1]], {}]", consumer=consumer)
    Sweep.objects.create(
        name="orders.expiry", next_due=clock.now(), failures_in_row=5, failures=5, runs=9, error="OperationalError: x"
    )

    page = operator.get(reverse("operations_tasks")).content.decode()

    for said in (
        "运行中",
        "ConnectionError: away",
        DROP,
        "worker-1",
        "4242",
        "tasks.index.index_skus",
        "持续失败",
        "9/5",
    ):
        assert said in page, said
    assert page.count("失联") == 1
    assert dead.host in page
    assert all(name in page for name in periodic.registered())
    assert reverse("operations_tasks") in operator.get(reverse("wagtailadmin_home")).content.decode()


def test_a_failure_is_shown_with_its_trace_and_masked_arguments(operator):
    one = failed(shown='["138****5678"]', arguments=None)

    page = operator.get(reverse("operations_failure", args=[one.pk])).content.decode()

    assert "Traceback: deep inside" in page
    assert "138****5678" in page
    assert "不能重新运行" in page
    assert operator.get(reverse("operations_failure", args=[one.pk + 1])).status_code == 404


def test_a_failed_task_is_run_again_once_and_can_be_let_be(operator, django_capture_on_commit_callbacks, monkeypatch):
    queued = []
    monkeypatch.setattr("tasks.bookkeeping.run_again", queued.append)
    one, other = failed(1), failed(2)

    with django_capture_on_commit_callbacks(execute=True):
        answer = operator.post(reverse("operations_run_again", args=[one.pk]), follow=True)
        operator.post(reverse("operations_discard", args=[other.pk]))
        late = operator.post(reverse("operations_run_again", args=[other.pk]), follow=True)

    one.refresh_from_db()
    other.refresh_from_db()
    assert "任务已重新排队" in answer.content.decode()
    assert "该任务已经处理完毕" in late.content.decode()
    assert (one.state, other.state) == (FailedTask.State.RETRYING, FailedTask.State.DISCARDED)
    assert [row.pk for row in queued] == [one.pk]


def test_what_held_a_secret_cannot_be_run_again(operator):
    one = failed(arguments=None)

    page = operator.post(reverse("operations_run_again", args=[one.pk]), follow=True).content.decode()

    assert "不能重新运行" in page
    one.refresh_from_db()
    assert one.state == FailedTask.State.DEAD


def test_the_queue_is_stopped_and_goes_on(operator):
    try:
        operator.post(reverse("operations_pause"))
        assert desk.queue_state().is_paused
        assert "已暂停" in operator.get(reverse("operations_tasks")).content.decode()
    finally:
        operator.post(reverse("operations_resume"))
    assert not desk.queue_state().is_paused


def test_a_sweep_is_run_now_though_it_is_not_due(operator):
    Sweep.objects.create(name="idempotency.keys", next_due=clock.now() + timedelta(minutes=40))

    operator.post(reverse("operations_run_sweep", args=["idempotency.keys"]))

    assert Sweep.objects.get(name="idempotency.keys").runs == 1
    assert operator.post(reverse("operations_run_sweep", args=["no.such"])).status_code == 404


def test_looking_changes_nothing_and_acting_needs_a_post(operator):
    one = failed()

    for address in (
        reverse("operations_pause"),
        reverse("operations_discard", args=[one.pk]),
        reverse("operations_run_sweep", args=["orders.expiry"]),
    ):
        assert operator.get(address).status_code == 405


def test_a_queue_that_is_down_is_said_and_the_rows_are_shown(operator, monkeypatch):
    def away():
        raise ConnectionError("redis://:secret@host")

    monkeypatch.setattr(desk, "queue_state", away)
    failed()

    page = operator.get(reverse("operations_tasks")).content.decode()

    assert "队列无法读取（ConnectionError）" in page
    assert DROP in page
    assert "redis://" not in page


def test_the_screen_costs_as_many_queries_for_one_failure_as_for_thirty(operator, django_assert_max_num_queries):
    failed(0)
    operator.get(reverse("operations_tasks"))
    with django_assert_max_num_queries(60) as one:
        operator.get(reverse("operations_tasks"))
    for number in range(1, 31):
        failed(number)
    with django_assert_max_num_queries(60) as thirty:
        page = operator.get(reverse("operations_tasks")).content.decode()

    assert page.count("ConnectionError: away") == 31
    assert len(one) == len(thirty)


def test_messages_are_shown_with_state_and_cost_and_nobody_by_number(operator):
    ends = clock.now() + timedelta(minutes=5)
    SmsMessage.objects.create(
        template="code",
        mobile="13812345678",
        state="sent",
        vendor="aliyun",
        pieces=2,
        cost=Decimal("0.09"),
        expires_at=ends,
    )
    SmsMessage.objects.create(
        template="code", mobile="13912345678", state="failed", error="no 13912345678", expires_at=ends
    )
    MailMessage.objects.create(template="verify", to="somebody@example.com", state="queued", expires_at=ends)

    sms = operator.get(reverse("operations_messages")).content.decode()
    only_failed = operator.get(reverse("operations_messages") + "?state=failed").content.decode()
    mail = operator.get(reverse("operations_messages") + "?kind=mail").content.decode()

    assert "138****5678" in sms
    assert "13812345678" not in sms + only_failed
    assert "计费 2 条，费用 ¥0.09" in sms
    assert "138****5678" not in only_failed
    assert "139****5678" in only_failed
    assert "13912345678" not in only_failed
    assert "s***@example.com" in mail
    assert "somebody" not in mail
