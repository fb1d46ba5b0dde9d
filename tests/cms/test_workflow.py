"""Draft, review, approval by somebody else, publishing, history and roll-back; and two editors on one page."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState, WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from cms import building
from cms.models import CategoryAd, HomePage
from cms.services.site import MODERATORS
from kernel import bytestore, regions
from shop.catalog.models import Sku
from tests.factories.catalog import SkuFactory
from tests.factories.content import (
    CategoryAdFactory,
    make_banner,
    make_carousel,
    make_home,
    make_landing,
    make_page,
)
from tests.factories.people import StaffFactory
from tests.factories.staff import logged_in

pytestmark = pytest.mark.django_db


def member(*groups: str):
    user = StaffFactory(is_superuser=False)
    user.groups.set(Group.objects.filter(name__in=groups))
    assert user.groups.count() == len(groups)
    return user


@pytest.fixture
def writer():
    """Somebody who may edit pages and not publish them."""
    user = member("市场")
    group = Group.objects.create(name="撰稿")
    market = Group.objects.get(name="市场")
    group.permissions.set(market.permissions.all())
    for one in market.page_permissions.exclude(permission__codename="publish_page"):
        group.page_permissions.create(page=one.page, permission=one.permission)
    for one in market.collection_permissions.all():
        group.collection_permissions.create(collection=one.collection, permission=one.permission)
    user.groups.set([group])
    return user


def home_form(title: str, **changed) -> dict:
    block = {
        "text": '{"blocks": [{"key": "a", "text": "新的文字", "type": "unstyled", "depth": 0,'
        ' "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}',
        "schedule": {"go_live_at": "", "expire_at": ""},
        "audience": {"who": "everyone", "tag": ""},
    }
    return nested_form_data(
        {
            "title": title,
            "slug": "home",
            "seo_title": title,
            "search_description": "",
            "share_image": "",
            "go_live_at": "",
            "expire_at": "",
            "body": streamfield([("rich_text", block)]),
            "comments": inline_formset([]),
            **changed,
        }
    )


def sent(user, page, form):
    answer = logged_in(user).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form)
    context = getattr(answer, "context", None)
    assert answer.status_code == 302, context and context["form"].errors
    return answer


def public(api, path: str = "home/"):
    for region in (regions.HOME, regions.PAGES, regions.CATALOG):
        bytestore.drop(region)
    return api.get(f"/api/v1/{path}").content


def test_a_draft_is_submitted_approved_by_somebody_else_and_then_public(writer, api):
    home = make_home(make_carousel(make_banner(title="旧")))
    before = public(api)
    reviewer = member(MODERATORS)

    sent(writer, home, home_form("双11 首页"))
    assert public(api) == before, "a draft"
    sent(writer, home, {**home_form("双11 首页"), "action-submit": "1"})
    assert public(api) == before, "in review"
    state = WorkflowState.objects.get(status=WorkflowState.STATUS_IN_PROGRESS)
    assert state.requested_by == writer

    task = state.current_task_state
    act = reverse("wagtailadmin_pages:workflow_action", args=[home.pk, "approve", task.pk])
    assert logged_in(writer).post(act).status_code in {302, 403}
    task.refresh_from_db()
    assert (task.status, public(api)) == (TaskState.STATUS_IN_PROGRESS, before), "nobody approves their own"

    assert logged_in(reviewer).post(act).status_code == 302
    task.refresh_from_db()
    assert (task.status, task.finished_by) == (TaskState.STATUS_APPROVED, reviewer)
    answer = json.loads(public(api))
    assert (answer["title"], [block["type"] for block in answer["blocks"]]) == ("双11 首页", ["rich_text"])


def test_what_was_rejected_is_not_public_and_comes_back_to_its_writer(writer, api):
    home = make_home(make_carousel(make_banner(title="旧")))
    before = public(api)
    sent(writer, home, {**home_form("不行"), "action-submit": "1"})
    task = WorkflowState.objects.get().current_task_state

    act = reverse("wagtailadmin_pages:workflow_action", args=[home.pk, "reject", task.pk])
    assert logged_in(member(MODERATORS)).post(act, {"comment": "图不对"}).status_code == 302

    assert public(api) == before
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
    home.refresh_from_db()
    assert home.get_latest_revision_as_object().title == "不行", "nothing is lost"


def test_a_writer_cannot_publish_past_the_review(writer, api):
    home = make_home(make_carousel(make_banner(title="旧")))
    before = public(api)

    logged_in(writer).post(
        reverse("wagtailadmin_pages:edit", args=[home.pk]), {**home_form("偷跑"), "action-publish": "1"}
    )

    assert public(api) == before


# -- history and roll-back


def versions_of_each():
    """Pages of each kind with three versions, and the address that shows them."""

    def home(number):
        return make_home(make_carousel(make_banner(title=f"横幅 {number}")), title=f"首页 {number}")

    def landing(number):
        return make_landing(building.rich_text(f"<p>{number}</p>"), title=f"专题 {number}")

    def content(number):
        return make_page(building.text(f"<p>{number}</p>"), title=f"内容 {number}")

    return [(home, "home/"), (landing, "pages/1111/"), (content, "pages/delivery/")]


@pytest.mark.parametrize("kind", [0, 1, 2], ids=["home", "landing", "content"])
def test_rolling_back_to_any_revision_makes_the_answer_equal_to_that_one(api, kind):
    make, path = versions_of_each()[kind]
    shown = {}
    for number in range(3):
        page = make(number)
        page.refresh_from_db()
        shown[page.latest_revision_id] = _without_times(public(api, path))
    assert len(set(shown.values())) == 3

    for revision_id, then in shown.items():
        # As the history screen does: the old version becomes the newest one, and is published.
        old = page.revisions.get(pk=revision_id)
        sent_back = old.as_object()
        sent_back.save_revision(previous_revision=old, log_action="wagtail.revert").publish()
        assert _without_times(public(api, path)) == then


def _without_times(answer: bytes) -> str:
    told = json.loads(answer)
    told.pop("updated_at", None)
    return json.dumps(told, sort_keys=True)


def test_the_history_screen_reverts_and_compares(api):
    boss = StaffFactory()
    make_home(make_carousel(make_banner(title="一")))
    first = HomePage.objects.get().latest_revision
    home = make_home(make_carousel(make_banner(title="二")))
    browser = logged_in(boss)

    assert browser.get(reverse("wagtailadmin_pages:history", args=[home.pk])).status_code == 200
    compared = browser.get(
        reverse("wagtailadmin_pages:revisions_compare", args=[home.pk, first.pk, home.latest_revision_id])
    )
    assert compared.status_code == 200
    assert browser.get(reverse("wagtailadmin_pages:revisions_revert", args=[home.pk, first.pk])).status_code == 200


def test_an_ad_is_rolled_back_too(api):
    ad = CategoryAdFactory(title="一")
    first = ad.latest_revision
    ad.title = "二"
    ad.save_revision().publish()

    first.publish()

    assert CategoryAd.objects.get().title == "一"


def test_no_revision_moves_a_price_or_a_stock(api):
    sku = SkuFactory(price=Decimal("99.00"), stock=10)
    blocks = [
        building.products(title="精选", source=[building.picked(sku.pk)]),
        make_carousel(make_banner(to=building.link(sku=sku.pk))),
    ]
    home = make_home(*blocks)
    first = home.latest_revision
    make_home(*blocks, title="改过")
    Sku.objects.update(price=Decimal("79.00"), stock=3)

    first.publish()

    sku.refresh_from_db()
    assert (sku.price, sku.stock) == (Decimal("79.00"), 3)
    (card,) = next(
        block["products"] for block in api.get("/api/v1/home/").json()["blocks"] if block["type"] == "products"
    )
    assert card["price"] == "79.00"


def test_what_merchants_sell_has_no_revisions_at_all():
    from wagtail.models import RevisionMixin

    from shop.catalog.models import Spu

    assert not issubclass(Sku, RevisionMixin)
    assert not issubclass(Spu, RevisionMixin)


# -- two editors


def test_two_editors_of_one_page_are_told_of_each_other_and_lose_nothing():
    home = make_home(make_carousel(make_banner(title="旧")))
    one, two = member("市场"), member("市场")
    opened_by_one = logged_in(one)
    opened_by_one.get(reverse("wagtailadmin_pages:edit", args=[home.pk]))
    base = home.latest_revision_id
    sent(two, home, home_form("乙的版本"))

    session = opened_by_one.get(reverse("wagtailadmin_pages:edit", args=[home.pk])).context["editing_sessions"]
    told = opened_by_one.post(session.ping_url, {"revision_id": base}).json()
    sent(one, home, home_form("甲的版本"))

    (other,) = told["other_sessions"]
    assert (other["user"], other["revision_id"]) == (two.get_username(), home.revisions.get(user=two).pk)
    titles = [revision.as_object().title for revision in home.revisions.order_by("pk")]
    assert titles[-2:] == ["乙的版本", "甲的版本"]


def test_a_page_scheduled_to_end_before_it_begins_is_refused_at_its_field(api):
    home = make_home(make_carousel(make_banner(title="旧")))
    before = public(api)
    now = timezone.localtime()
    form = home_form(
        "倒着",
        go_live_at=(now + timedelta(days=2)).strftime("%Y-%m-%d %H:%M"),
        expire_at=(now + timedelta(days=1)).strftime("%Y-%m-%d %H:%M"),
    )

    answer = logged_in(StaffFactory()).post(
        reverse("wagtailadmin_pages:edit", args=[home.pk]), {**form, "action-publish": "1"}
    )

    assert {"go_live_at", "expire_at"} & set(answer.context["form"].errors)
    assert public(api) == before
