"""Two schedulers, one sweep."""

import threading

import pytest
from django.db import connection

from tasks.exclusive import held, only_one


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_two_schedulers_sweep_once():
    inside, go_on = threading.Event(), threading.Event()
    ran = []

    @only_one("test_two_schedulers")
    def sweep():
        ran.append(threading.current_thread().name)
        inside.set()
        go_on.wait(10)

    def first_scheduler():
        try:
            sweep()
        finally:
            connection.close()

    first = threading.Thread(target=first_scheduler, name="first")
    first.start()
    assert inside.wait(10)
    sweep()
    go_on.set()
    first.join(10)

    assert ran == ["first"]


@pytest.mark.django_db(transaction=True)
def test_the_lock_is_free_again_after_a_sweep_that_failed():
    @only_one("test_free_again")
    def broken():
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        broken()

    with held("test_free_again") as mine:
        assert mine
