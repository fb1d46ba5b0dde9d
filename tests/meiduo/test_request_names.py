"""One name for a request: in its answer, in its log lines, and in the tasks that it queues."""

import json
import logging

import pytest

from kernel import tracing
from kernel.masking import JsonFormatter, MaskingFormatter
from tasks.queue import MallMemoryHuey


@pytest.mark.parametrize("given", ["0123456789abcdef", "7b7c9d1e-2f3a-4b5c-8d9e-0f1a2b3c4d5e", "trace_1.part-2"])
def test_a_sane_name_of_the_caller_stays(client, given):
    assert client.get("/livez", headers={"X-Request-ID": given})["X-Request-ID"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "with space here", "line\nbreak-abc", "é" * 10, "<script>alert"]
)
def test_a_name_that_could_forge_something_is_replaced(client, given):
    name = client.get("/livez", headers={"X-Request-ID": given})["X-Request-ID"]

    assert name != given
    assert len(name) == 20


def test_two_requests_have_two_names(client):
    assert client.get("/livez")["X-Request-ID"] != client.get("/livez")["X-Request-ID"]


def test_what_others_may_be_given_again_carries_no_name(client, db):
    answer = client.get("/api/v1/home/")

    assert "public" in answer["Cache-Control"]
    assert "X-Request-ID" not in answer


def test_log_lines_carry_the_name_and_no_secret():
    record = logging.makeLogRecord(
        {"name": "x", "levelname": "INFO", "levelno": 20, "msg": "code for %s sent", "args": ("13812345678",)}
    )
    record.order_id, record.sms_code, record.note = 7, "123456", "token=abcdefgh"

    with tracing.working_for("request-1"):
        said = json.loads(JsonFormatter().format(record))
        line = MaskingFormatter("%(message)s").format(record)

    assert said["request_id"] == "request-1"
    assert (said["message"], said["order_id"], said["sms_code"]) == ("code for 138****5678 sent", 7, "<secret>")
    assert said["note"] == "token=<secret>"
    assert line == "code for 138****5678 sent [request-1]"


def test_a_traceback_is_one_masked_field():
    try:
        raise ValueError("password=hunter2 for 13812345678")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": (ValueError, error, error.__traceback__)})

    said = json.loads(JsonFormatter().format(record))

    assert "ValueError: password=<secret> for 138****5678" in said["exception"]


def test_a_task_goes_on_under_the_name_of_its_request():
    queue = MallMemoryHuey("test-names", immediate=False)
    heard = []

    @queue.task(retries=1, name="tests_hear")
    def hear():
        heard.append(tracing.request_id())
        if len(heard) == 1:
            raise RuntimeError("again")

    with tracing.working_for("request-2"):
        hear()
    assert queue.oldest() is not None
    # The worker works for nobody, until it takes the task; a second try is for the same request.
    queue.execute(queue.dequeue())
    assert tracing.request_id() == ""
    queue.execute(queue.dequeue())

    assert heard == ["request-2", "request-2"]


def test_a_message_of_the_queue_before_is_still_understood():
    queue = MallMemoryHuey("test-old", immediate=False)
    ran = []
    wrapper = queue.task(name="tests_old")(lambda: ran.append(1))
    queue.storage.enqueue(queue.serializer.serialize(queue._registry.create_message(wrapper.s())))

    queue.execute(queue.dequeue())

    assert ran == [1]


def test_a_queue_that_stands_still_gives_no_task(monkeypatch):
    monkeypatch.setattr("tasks.queue.time.sleep", lambda seconds: None)
    queue = MallMemoryHuey("test-paused", immediate=False)
    wrapper = queue.task(name="tests_paused")(lambda: None)
    wrapper()
    queue.pause()
    assert queue.dequeue() is None
    queue.resume()

    assert queue.dequeue() is not None
