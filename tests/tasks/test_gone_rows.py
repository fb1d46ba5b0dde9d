"""Tasks that name rows which are not there, as a queue does that outlived its database."""

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from huey.contrib.djhuey import HUEY

import tasks.tasks
from tasks import borrowed

#: An id that no row has.
GONE = 10**12

CALLS = {
    "tasks.index.index_skus": [[GONE]],
    "tasks.mail.send_mail": [GONE],
    "tasks.media.make_renditions": [GONE],
    "tasks.payments.close_other_payments": [GONE],
    "tasks.refunds.send_refund": [GONE],
    "tasks.refunds.follow_refund": [GONE],
    "tasks.sms.send_sms": [GONE],
}
#: Records of work, not of the shop.
RECORDS = {"search.IndexVersion"}


def counted():
    models = [model for model in apps.get_models() if model._meta.managed and model._meta.label not in RECORDS]
    return {model._meta.label: model._base_manager.count() for model in models}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_task_about_a_row_that_is_gone_does_nothing(name, monkeypatch):
    assert tasks.tasks.__all__
    monkeypatch.setattr(HUEY, "enqueue", lambda task: None)
    before = counted()

    HUEY._registry._registry[name](args=tuple(CALLS[name])).execute()

    assert counted() == before


@pytest.mark.django_db
def test_wagtails_index_job_of_a_row_that_is_gone_fails_and_changes_nothing():
    job = ["modelsearch.tasks.insert_or_update_object_task", ["media", "mallimage", str(GONE)], {}]
    before = counted()

    with pytest.raises(ObjectDoesNotExist):
        HUEY._registry._registry[borrowed.WAGTAIL](args=tuple(job)).execute()

    assert counted() == before
