"""Staff's side of search in the back office."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from search import indexer
from search.events import RebuildAsked, SynonymsChanged
from search.models import HotWord, Placement, QueryClick, QueryCount, Rebuild, Synonym
from tests.search.catalog import product, sku

pytestmark = pytest.mark.django_db
PHONES = ("手机数码", "手机通讯", "手机")


@pytest.fixture(autouse=True)
def _database_engine(settings):
    settings.SEARCH_ENGINE = "search.engines.database.DatabaseEngine"


@pytest.fixture
def staff(client):
    client.force_login(
        User.objects.create_superuser(username="boss_of_all", password="x"), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_words_that_mean_the_same_are_kept_and_told(staff, emitted):
    answer = staff.post(reverse("synonym:add"), {"words": "电饭锅， 电饭煲、电饭锅", "one_way": ""})

    assert answer.status_code == 302
    assert Synonym.objects.get().words == "电饭煲,电饭锅" or Synonym.objects.get().words == "电饭锅,电饭煲"
    assert SynonymsChanged() in list(emitted)
    staff.post(reverse("synonym:delete", args=[Synonym.objects.get().pk]))
    assert not Synonym.objects.exists()


@pytest.mark.parametrize("words", ["电饭锅", "电饭锅,电饭锅", "，，", "😀,!"])
def test_one_word_alone_is_no_synonym(staff, words):
    answer = staff.post(reverse("synonym:add"), {"words": words})

    assert answer.status_code == 200
    assert "请至少填写两个不同的词" in answer.content.decode()
    assert not Synonym.objects.exists()


def test_a_placement_changes_what_the_preview_shows(staff):
    one, other = (
        sku(product(name, brand="华为", way=PHONES), sales=n) for n, name in ((9, "华为手机"), (1, "荣耀手机"))
    )
    indexer.upsert([one.pk, other.pk])

    answer = staff.post(reverse("placement:add"), {"text": "手機", "spu": other.spu_id, "kind": "pin", "rank": 0})

    assert answer.status_code == 302
    page = staff.get(reverse("search_desk"), {"text": "手机"}).content.decode()
    assert page.index("荣耀<em>手机</em>") < page.index("华为<em>手机</em>")
    again = staff.post(reverse("placement:add"), {"text": "手机", "spu": other.spu_id, "kind": "hide", "rank": 0})
    assert "该搜索词下已有这个商品" in again.content.decode()
    assert Placement.objects.count() == 1


def test_a_hot_word_is_saved_once_and_its_times_in_order(staff):
    fields = {"text": "年货节", "rank": 1, "is_shown": "on"}
    assert staff.post(reverse("hotword:add"), fields).status_code == 302
    assert "已存在" in staff.post(reverse("hotword:add"), fields).content.decode()
    wrong = {**fields, "text": "春节", "starts_at": "2026-02-02 00:00", "ends_at": "2026-02-01 00:00"}
    assert "结束时间必须晚于开始时间" in staff.post(reverse("hotword:add"), wrong).content.decode()
    assert HotWord.objects.count() == 1


def test_the_desk_shows_what_was_searched_and_what_found_nothing(staff):
    today = timezone.localdate()
    QueryCount.objects.create(day=today, text="手机", count=20, found=9)
    QueryCount.objects.create(day=today, text="手基", count=4, found=0)
    QueryClick.objects.create(day=today, text="手机", sku_id=1, count=5)

    page = staff.get(reverse("search_desk")).content.decode()

    assert "手基" in page
    assert "25%" in page
    assert "database" in page


def test_the_button_asks_for_a_rebuild_once(staff, emitted):
    answer = staff.post(reverse("search_rebuild"))

    assert answer.status_code == 302
    assert RebuildAsked() in list(emitted)
    now = timezone.now()
    Rebuild.objects.create(total=10, done=4, started_at=now, beat_at=now)
    assert staff.get(reverse("search_progress")).json() == {"state": "running", "done": 4, "total": 10, "error": ""}
    assert "正在重建" in staff.post(reverse("search_rebuild"), follow=True).content.decode()
    assert list(emitted).count(RebuildAsked()) == 1


def test_the_worker_rebuilds_and_the_row_tells(staff, django_capture_on_commit_callbacks):
    one = sku(product("华为手机", brand="华为", way=PHONES))

    with django_capture_on_commit_callbacks(execute=True):
        staff.post(reverse("search_rebuild"))

    run = Rebuild.objects.get()
    assert (run.state, run.done, run.total) == ("done", 1, 1)
    page = staff.get(reverse("search_desk"), {"text": "手机"}).content.decode()
    assert one.name.replace("手机", "<em>手机</em>") in page


@pytest.mark.parametrize(
    ("method", "name"), [("get", "search_desk"), ("get", "search_progress"), ("post", "search_rebuild")]
)
def test_the_desk_is_for_those_who_may(client, method, name):
    clerk = User.objects.create_user(username="clerk_of_none", password="x")
    clerk.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(clerk, "django.contrib.auth.backends.ModelBackend")

    answer = getattr(client, method)(reverse(name))

    assert answer.status_code == 302
    assert not Rebuild.objects.exists()
