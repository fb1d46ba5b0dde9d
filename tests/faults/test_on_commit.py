"""``on_commit``: what a rolled-back transaction asked for is never queued, neither by us nor by Wagtail."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import transaction
from django_tasks import task_backends
from huey.contrib.djhuey import HUEY
from huey.contrib.djhuey.tasks_backend import HueyBackend

from kernel.events import emit_on_commit
from shop.catalog.events import CatalogChanged
from tests.factories.content import make_index, make_page

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


class Broken(Exception):
    pass


def _roll_back(work: Callable[[], object]) -> None:
    """Do this in a transaction that breaks at its end."""
    with transaction.atomic():
        work()
        raise Broken


@pytest.fixture
def queued(monkeypatch):
    found = []
    monkeypatch.setattr(HUEY, "enqueue", found.append)
    return found


def _names(queued) -> set[str]:
    return {type(one).__name__ for one in queued}


def test_on_commit_our_tasks_wait_for_the_commit_and_die_with_a_rollback(queued):
    with pytest.raises(Broken):
        _roll_back(lambda: emit_on_commit(CatalogChanged()))
    assert queued == []

    with transaction.atomic():
        emit_on_commit(CatalogChanged())
        assert queued == []
    assert _names(queued) == {"drop_catalog_bytes"}


def test_on_commit_wagtails_index_jobs_wait_for_the_commit_and_die_with_a_rollback(queued):
    assert settings.TASKS["default"]["ENQUEUE_ON_COMMIT"] is True
    page = make_page()
    queued.clear()

    page.title = "改过的标题"
    with pytest.raises(Broken):
        _roll_back(page.save)
    assert queued == []

    with transaction.atomic():
        page.save()
        assert queued == []
    assert "djtasks.run" in _names(queued)


def test_on_commit_the_control_without_the_setting_a_rollback_leaves_its_job_behind(queued, monkeypatch):
    make_index()
    page = make_page(slug="other")
    queued.clear()
    backend = task_backends["default"]
    assert isinstance(backend, HueyBackend)
    monkeypatch.setattr(backend, "enqueue_on_commit", False)

    with pytest.raises(Broken):
        _roll_back(page.save)

    assert "djtasks.run" in _names(queued)
