"""The operator at the task screen: looks, repeats a failed task, lets one be, stops the queue and starts it again."""

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import SmsMessage
from kernel import clock
from meiduo.watching import figures
from tasks.models import Consumer, FailedTask, RunningTask, Sweep
from tests.factories.staff import clerk

pytestmark = pytest.mark.django_db(transaction=True)


def _keep(page: Page, name: str) -> None:
    """A picture for whoever asks for it: SCREENSHOTS names the folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        # The back office scrolls inside itself, so the window must be as high as what is in it.
        page.set_viewport_size({"width": 1400, "height": 2700 if name == "tasks" else 1000})
        page.screenshot(path=Path(folder) / f"operations-{name}.png")
        page.set_viewport_size({"width": 1400, "height": 1000})


def _world() -> None:
    now = clock.now()
    living = Consumer.objects.create(host="worker-1", pid=2101)
    RunningTask.objects.create(task_id="r", name="tasks.index.index_skus", shown="[[[17, 18]], {}]", consumer=living)
    trace = 'Traceback (most recent call last):\n  File "tasks/areas.py", line 13\nConnectionError: cache is away'
    for number, name in enumerate(("tasks.areas.drop_area_bytes", "tasks.media.make_renditions")):
        FailedTask.objects.create(
            task_id=f"t{number}",
            name=name,
            arguments=[[], {}] if number == 0 else [[12], {}],
            shown="[[], {}]" if number == 0 else "[[12], {}]",
            state=FailedTask.State.DEAD,
            error="ConnectionError: cache is away",
            trace=trace,
            attempts=6,
            request_id="7f3a9c01b2d4e5f60718",
        )
    Sweep.objects.create(
        name="orders.expiry",
        next_due=now + timedelta(seconds=20),
        started_at=now - timedelta(seconds=40),
        ended_at=now - timedelta(seconds=39),
        succeeded_at=now - timedelta(seconds=39),
        seconds=0.42,
        runs=120,
    )
    Sweep.objects.create(
        name="search.index", next_due=now, runs=80, failures=6, failures_in_row=6, error="EngineDown: x"
    )
    SmsMessage.objects.create(
        template="code",
        mobile="13812345678",
        state="sent",
        vendor="aliyun",
        pieces=1,
        cost=Decimal("0.045"),
        expires_at=now,
    )


def test_the_operator_looks_repeats_lets_be_and_stops_the_queue(signed_in, live_server, monkeypatch):
    monkeypatch.setattr(figures, "_looked", float("-inf"))
    _world()
    page = signed_in(clerk("tasks.view_failedtask", "tasks.operate_tasks"))
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("link", name="后台任务").click()
    expect(page.get_by_role("heading", name="后台任务")).to_be_visible()
    failed = page.get_by_role("region", name="失败的任务")
    expect(failed.get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("region", name="定时任务").get_by_text("持续失败")).to_be_visible()
    _keep(page, "tasks")

    failed.get_by_role("link", name="tasks.areas.drop_area_bytes").click()
    expect(page.get_by_text("Traceback (most recent call last)")).to_be_visible()
    _keep(page, "failure")
    page.get_by_role("button", name="重新运行").click()
    expect(page.get_by_text("任务已重新排队")).to_be_visible()

    row = page.get_by_role("region", name="失败的任务").get_by_role("row").filter(has_text="make_renditions")
    row.get_by_role("button", name="忽略").click()
    expect(page.get_by_text("任务已忽略")).to_be_visible()

    page.get_by_role("button", name="暂停队列").click()
    expect(page.get_by_text("已暂停", exact=True)).to_be_visible()
    page.get_by_role("button", name="恢复队列").click()
    expect(page.get_by_role("button", name="暂停队列")).to_be_visible()

    page.get_by_role("link", name="短信与邮件").click()
    expect(page.get_by_text("138****5678")).to_be_visible()
    _keep(page, "messages")
    assert "13812345678" not in page.content()
    assert FailedTask.objects.get(task_id="t1").state == FailedTask.State.DISCARDED


def test_the_screen_fits_a_narrow_window(signed_in, live_server):
    _world()
    page = signed_in(clerk("tasks.view_failedtask", "tasks.operate_tasks"))
    page.set_viewport_size({"width": 420, "height": 900})
    page.goto(f"{live_server.url}/admin/operations/")

    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    assert not wide
