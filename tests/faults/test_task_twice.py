"""``task_twice``: whatever runs twice leaves the shop as it was after the first time, for every registered task."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from huey.api import PeriodicTask
from huey.contrib.djhuey import HUEY

import tasks.tasks
from accounts.services.mail import queue_mail
from accounts.services.sms import queue_sms
from kernel import clock
from shop.catalog.models import Sku
from shop.orders.models import Order
from shop.payments.models import PaymentAttempt, Refund
from tasks import borrowed, periodic
from tests.factories.catalog import MallImageFactory
from tests.factories.refunds import order_with_payment, refund
from tests.factories.trade import paid_order, unpaid_order

pytestmark = [pytest.mark.fault, pytest.mark.django_db]

#: Records of work, not of the shop: a second rebuild is a second row, and so is a second run.
RECORDS = {
    "search.Rebuild",
    "search.IndexWrite",
    "search.IndexVersion",
    "tasks.Sweep",
    "tasks.Consumer",
    "tasks.RunningTask",
    "tasks.FailedTask",
}
#: When a document was last written is such a record, too; what it says is not.
STAMPS = {"search.SearchDocument": "written_at"}


def _kicks() -> dict[str, Any]:
    return {
        name: task
        for name, task in HUEY._registry._registry.items()
        if not issubclass(task, PeriodicTask) and not name.startswith("tests.")
    }


def _sweeps() -> list[str]:
    return sorted(name for name in periodic.registered() if name.partition(".")[0] != "test")


@pytest.fixture
def world(settings):
    """A shop in which every task finds something to do."""
    settings.PAY_GATEWAYS = {"memory": {"class": "tests.fakes.gateways.MemoryGateway", "options": {}}}
    past = clock.now() - timedelta(hours=1)
    expired = unpaid_order()
    Order.objects.filter(pk=expired.pk).update(expires_at=past)
    settled = order_with_payment()
    going_back = refund(settled)
    PaymentAttempt.objects.create(
        order=expired, gateway="memory", out_trade_no=f"{expired.number}-9", amount=expired.payable, next_query_at=past
    )
    Refund.objects.update(next_try_at=past)
    Sku.objects.update(index_dirty_at=past)
    return {
        "order": paid_order(),
        "refund": going_back,
        "sms": queue_sms(mobile="13812345678", template="code", params={"code": "123456", "minutes": "5"}, lives=300),
        "mail": queue_mail(to="a@example.com", template="order", params={"url": "https://x.example/"}, lives=3600),
        "image": MallImageFactory(),
        "sku": Sku.objects.first(),
    }


def _arguments(name: str, world: dict[str, Any]) -> list[Any]:
    """What this task is called with. A new task needs a line here."""
    by_task: dict[str, list[Any]] = {
        "tasks.areas.drop_area_bytes": [],
        "tasks.content.drop_catalog_bytes": [],
        "tasks.content.drop_bytes": [["home"]],
        "tasks.content.prepare_home": [],
        "tasks.index.index_skus": [[world["sku"].pk]],
        "tasks.index.learn_synonyms": [],
        "tasks.index.rebuild_index": [],
        "tasks.mail.send_mail": [world["mail"]],
        "tasks.media.make_renditions": [world["image"].pk],
        "tasks.payments.close_other_payments": [world["order"].pk],
        "tasks.refunds.send_refund": [world["refund"].pk],
        "tasks.refunds.follow_refund": [world["refund"].pk],
        "tasks.sms.send_sms": [world["sms"]],
        borrowed.WAGTAIL: [
            "modelsearch.tasks.insert_or_update_object_task",
            ["media", "mallimage", str(world["image"].pk)],
            {},
        ],
    }
    return by_task[name]


def rows_of_the_shop() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but for records of work."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label
        if model._meta.managed and label not in RECORDS:
            rows = list(model._base_manager.order_by("pk").values())
            found[label] = [{name: value for name, value in row.items() if name != STAMPS.get(label)} for row in rows]
    return found


@pytest.mark.parametrize("name", sorted(_kicks()))
def test_task_twice_a_kick_that_comes_twice_changes_nothing_more(world, name):
    assert tasks.tasks.__all__
    assert settings.SMS_VENDORS == ["outbox"]
    call = _kicks()[name](args=tuple(_arguments(name, world)))
    with pytest.MonkeyPatch.context() as patch:
        # In tests what a task queues would run at once, and in immediate mode failures are swallowed.
        patch.setattr(HUEY, "enqueue", lambda task: None)
        call.execute()
        after_one = rows_of_the_shop()
        call.execute()

    assert rows_of_the_shop() == after_one


@pytest.mark.parametrize("name", _sweeps())
def test_task_twice_a_sweep_that_runs_twice_changes_nothing_more(world, name):
    function = periodic.registered()[name].function
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HUEY, "enqueue", lambda task: None)
        function()
        after_one = rows_of_the_shop()
        function()

    assert rows_of_the_shop() == after_one


def test_task_twice_the_comparison_sees_a_task_that_counts(world):
    """The control: a task that is not safe twice is found."""

    def counts() -> None:
        Sku.objects.filter(pk=world["sku"].pk).update(sales=Sku.objects.get(pk=world["sku"].pk).sales + 1)

    counts()
    after_one = rows_of_the_shop()
    counts()

    assert rows_of_the_shop() != after_one
