"""The same key and request do the work once."""

from datetime import timedelta

import pytest

from kernel import clock
from kernel.errors import Conflict
from shop.idempotency.errors import KeyMismatch
from shop.idempotency.models import IdempotencyKey
from shop.idempotency.services import KEPT, forget_old_keys, run_once
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def once():
    user, done = UserFactory(), []

    def run(key="k", request=None, route="POST /x/", fails=False):
        def work():
            if fails:
                raise Conflict
            done.append(request)
            return 201, {"number": len(done)}

        return run_once(user_id=user.pk, route=route, key=key, request=request, work=work)

    return run


def test_a_second_call_gets_the_first_answer(once):
    first, second = once(), once()

    assert (first.answer, first.replayed) == ({"number": 1}, False)
    assert (second.status, second.answer, second.replayed) == (201, {"number": 1}, True)


def test_without_a_key_the_work_is_done_each_time(once):
    assert [once(key=None).answer["number"] for _number in range(2)] == [1, 2]


def test_another_request_under_the_key_is_refused_whatever_the_order_of_its_parts(once):
    once(request={"a": 1, "b": 2})

    assert once(request={"b": 2, "a": 1}).replayed
    with pytest.raises(KeyMismatch):
        once(request={"a": 1, "b": 3})


def test_work_that_failed_leaves_its_key_free(once):
    with pytest.raises(Conflict):
        once(fails=True)

    assert not once().replayed


def test_a_key_means_another_thing_on_another_route(once):
    once()

    assert not once(route="POST /y/").replayed


def test_a_key_can_be_used_anew_when_its_time_is_over_and_the_sweep_deletes_it(once):
    once(request={"a": 1})
    IdempotencyKey.objects.update(created_at=clock.now() - KEPT - timedelta(seconds=1))
    assert not once(request={"a": 2}).replayed
    assert forget_old_keys() == 0
    IdempotencyKey.objects.update(created_at=clock.now() - KEPT - timedelta(seconds=1))
    assert forget_old_keys() == 1
