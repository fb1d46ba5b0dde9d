"""Menus, redirects, agreements with versions, and what crawlers ask for."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AcceptedAgreement
from cms import building
from cms.errors import ContentInvalid
from cms.models import ContentPage, Menu
from cms.selectors.menus import menu_now
from cms.services import save_menu
from kernel import clock
from tests.factories.catalog import CategoryFactory, SkuFactory
from tests.factories.content import make_home, make_index, make_landing, make_page
from tests.factories.people import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

AGREEMENT = {"slug": "terms", "title": "用户协议", "kind": ContentPage.Kind.AGREEMENT}


def menu(*items, key="header"):
    return save_menu(key=key, title="页头", items=list(items))


# -- menus


def test_a_menu_is_built_of_categories_pages_products_and_addresses(client):
    category, sku, page = CategoryFactory(name="手机"), SkuFactory(name="手机甲"), make_page()
    below = building.menu_child(to=building.link(page=page.pk))
    menu(
        building.menu_item(to=building.link(category=category.pk), children=[below]),
        building.menu_item(title="爆款", to=building.link(sku=sku.pk)),
        building.menu_item(title="外站", to=building.link(url="https://example.com/"), target="_blank"),
    )

    items = client.get("/api/v1/menus/header/").json()["items"]

    assert [one["title"] for one in items] == ["手机", "爆款", "外站"]
    assert items[0]["url"] == f"/categories/{category.pk}/"
    assert [one["title"] for one in items[0]["children"]] == ["配送说明"]
    assert items[2]["target"] == "_blank"


def test_lines_that_lead_nowhere_or_are_not_due_are_left_out_and_come_at_their_second(client):
    page = make_page()
    with time_machine.travel("2026-11-21 12:00:00+08:00", tick=False) as traveller:
        later = building.schedule(clock.now() + timedelta(minutes=5))
        menu(
            building.menu_item(title="页面", to=building.link(page=page.pk)),
            building.menu_item(title="稍后", to=building.link(url="/later/"), times=later),
        )
        page.unpublish()
        assert client.get("/api/v1/menus/header/").json()["items"] == []
        traveller.shift(timedelta(minutes=5))
        assert [one["title"] for one in client.get("/api/v1/menus/header/").json()["items"]] == ["稍后"]


def test_an_unknown_menu_is_404(client):
    answer = client.get("/api/v1/menus/nowhere/")

    assert answer.status_code == 404
    assert answer.json()["code"] == "menu.not_found"


def test_a_saved_menu_is_seen_at_once(client, django_capture_on_commit_callbacks):
    menu(building.menu_item(title="旧", to=building.link(url="/a/")))
    client.get("/api/v1/menus/header/")
    with django_capture_on_commit_callbacks(execute=True):
        menu(building.menu_item(title="新", to=building.link(url="/a/")))

    assert [one["title"] for one in client.get("/api/v1/menus/header/").json()["items"]] == ["新"]


def test_a_menu_costs_the_same_for_one_line_and_for_thirty():
    def taken(count):
        menu(
            *[
                building.menu_item(
                    to=building.link(category=CategoryFactory().pk),
                    children=[building.menu_child(to=building.link(page=make_page(slug=f"p-{count}-{n}").pk))],
                )
                for n in range(count)
            ]
        )
        menu_now("header")
        with CaptureQueriesContext(connection) as counted:
            menu_now("header")
        return len(counted)

    assert taken(1) == taken(30) <= 8


def test_a_menu_is_edited_in_the_back_office(client):
    client.force_login(StaffFactory(), backend="django.contrib.auth.backends.ModelBackend")
    menu(building.menu_item(title="外站", to=building.link(url="/a/")))
    prefix = Menu.snippet_viewset

    assert "页头" in client.get(reverse(prefix.get_url_name("list"))).content.decode()
    assert client.get(reverse(prefix.get_url_name("edit"), args=[Menu.objects.get().pk])).status_code == 200


def test_an_address_in_a_menu_needs_words():
    with pytest.raises(ContentInvalid, match="网址没有名称"):
        menu(building.menu_item(to=building.link(url="/a/")))


# -- redirects


def test_a_renamed_page_is_found_under_its_old_path(client, django_capture_on_commit_callbacks):
    make_index()
    page = make_page(parent_slug="help")
    page.slug = "shipping"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision(log_action=True).publish()

    found = client.get("/api/v1/redirects/", {"path": "/help/delivery/"})

    assert found.status_code == 200, found.content
    assert found.json() == {"url": "/help/shipping/", "permanent": True}
    moved = client.get("/help/delivery/")
    assert moved.status_code == 301
    assert moved["Location"].endswith("/help/shipping/")


@pytest.mark.parametrize("path", ["/never/", "/"])
def test_what_never_moved_is_404(client, path):
    assert client.get("/api/v1/redirects/", {"path": path}).status_code == 404


def test_a_bad_path_names_its_field(client):
    answer = client.get("/api/v1/redirects/", {"path": "https://evil.example/"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "path"


def test_a_redirect_to_a_script_is_none(client):
    from wagtail.contrib.redirects.models import Redirect

    Redirect.objects.create(old_path="/old", redirect_link="javascript:alert(1)")

    assert client.get("/api/v1/redirects/", {"path": "/old/"}).status_code == 404


# -- agreements


def publish(words):
    return make_page(building.text(f"<p>{words}</p>"), **AGREEMENT)


def test_every_publication_of_an_agreement_is_a_version_that_stays_readable(client, django_capture_on_commit_callbacks):
    publish("第一版")
    first = client.get("/api/v1/agreements/").json()
    with django_capture_on_commit_callbacks(execute=True):
        publish("第二版")
    second = client.get("/api/v1/agreements/").json()

    assert [one["slug"] for one in first] == ["terms"]
    assert second[0]["version"] > first[0]["version"]
    now = client.get("/api/v1/agreements/terms/").json()
    old = client.get("/api/v1/agreements/terms/", {"version": first[0]["version"]}).json()
    assert ("第二版" in now["html"], now["in_force"]) == (True, True)
    assert ("第一版" in old["html"], old["in_force"]) == (True, False)


def test_a_draft_is_no_version(client):
    page = publish("第一版")
    page.title = "草稿"
    draft = page.save_revision()

    assert client.get("/api/v1/agreements/terms/", {"version": draft.pk}).status_code == 404
    assert client.get("/api/v1/agreements/").json()[0]["title"] == "用户协议"


def test_only_agreements_are_listed_and_read(client):
    make_page(slug="faq", title="常见问题")

    assert client.get("/api/v1/agreements/").json() == []
    assert client.get("/api/v1/agreements/faq/").status_code == 404


def test_a_scheduled_version_is_in_force_at_its_second_without_a_worker(client):
    with time_machine.travel("2026-11-21 12:00:00+08:00", tick=False) as traveller:
        page = publish("第一版")
        page.title = "新协议"
        page.go_live_at = clock.now() + timedelta(hours=1)
        page.save_revision().publish()
        before = client.get("/api/v1/agreements/").json()[0]
        traveller.shift(timedelta(hours=1))
        after = client.get("/api/v1/agreements/").json()[0]

    assert (before["title"], after["title"]) == ("用户协议", "新协议")
    assert after["version"] > before["version"]


def test_the_list_costs_the_same_for_one_and_for_thirty():
    from cms.selectors.agreements import agreements_now

    def taken():
        agreements_now()
        with CaptureQueriesContext(connection) as counted:
            agreements_now()
        return len(counted)

    publish("一")
    one = taken()
    for number in range(29):
        make_page(slug=f"terms-{number}", title=f"协议 {number}", kind=ContentPage.Kind.AGREEMENT)

    assert taken() == one <= 5


def test_what_was_accepted_is_in_the_personal_export_and_erasure_takes_the_tags():
    from accounts.models import CustomerTag
    from accounts.services.agreements import Accepted, record_accepted
    from accounts.services.erasure import anonymise, exported_data

    user = UserFactory()
    CustomerTag.objects.create(name="会员").users.add(user)
    given = [Accepted(slug="terms", title="用户协议", version=7)]
    record_accepted(user_id=user.pk, agreements=given)
    record_accepted(user_id=user.pk, agreements=given)
    data = exported_data(user=user)
    anonymise(user_id=user.pk)

    assert data["agreements"][0]["version"] == 7
    assert data["tags"] == ["会员"]
    assert AcceptedAgreement.objects.filter(user=user).count() == 1
    assert not user.tags.exists()


# -- crawlers


def test_robots_txt_closes_what_is_nobodys_to_index_and_names_the_sitemap(client, settings):
    answer = client.get("/robots.txt")

    assert answer["Content-Type"].startswith("text/plain")
    lines = answer.content.decode().splitlines()
    assert "Disallow: /admin/" in lines
    assert "Disallow: /cart/" in lines
    assert f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml" in lines


def locations(answer):
    assert answer.status_code == 200
    return re.findall(r"<loc>([^<]+)</loc>", answer.content.decode())


def test_the_sitemaps_list_public_pages_categories_and_products_on_sale(client, settings):
    make_index()
    make_page(parent_slug="help")
    hidden = make_page(slug="hidden", title="下线")
    hidden.unpublish()
    sku, off = SkuFactory(), SkuFactory(is_on_sale=False)
    base = settings.PUBLIC_URL

    files = locations(client.get("/sitemap.xml"))
    assert files == [f"{base}/sitemap-pages.xml", f"{base}/sitemap-products-1.xml"]
    pages = locations(client.get("/sitemap-pages.xml"))
    products = locations(client.get("/sitemap-products-1.xml"))

    assert {f"{base}/", f"{base}/help/", f"{base}/help/delivery/", f"{base}/categories/{sku.spu.category_id}/"} <= set(
        pages
    )
    assert f"{base}/hidden/" not in pages
    assert f"{base}/skus/{sku.pk}/" in products
    assert f"{base}/skus/{off.pk}/" not in products
    assert client.get("/sitemap-products-2.xml").status_code == 404


def test_the_sitemaps_cost_the_same_for_one_and_for_thirty(client):
    def taken(path):
        client.get(path)
        with CaptureQueriesContext(connection) as counted:
            client.get(path)
        return len(counted)

    SkuFactory()
    make_page()
    few = [taken(path) for path in ("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-products-1.xml")]
    SkuFactory.create_batch(29)
    for number in range(29):
        make_page(slug=f"more-{number}")

    assert [taken(path) for path in ("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-products-1.xml")] == few


def test_pages_are_plain_html_at_an_address_of_their_own(client, settings):
    make_index()
    make_page(parent_slug="help")
    make_landing(building.rich_text("<p>双十一</p>"))
    make_home()

    article = client.get("/pages/delivery/").content.decode()

    assert "<h1>配送说明</h1>" in article
    assert f'<link rel="canonical" href="{settings.PUBLIC_URL}/help/delivery/">' in article
    assert "<script" not in article
    assert "配送说明" in client.get("/pages/help/").content.decode()
    assert "双十一" in client.get("/pages/1111/").content.decode()
    assert client.get("/pages/nothing/").status_code == 404


def test_an_unpublished_page_is_not_there_for_crawlers_either(client):
    make_page().unpublish()

    assert client.get("/pages/delivery/").status_code == 404


def test_sign_up_keeps_which_versions_were_accepted(client, django_capture_on_commit_callbacks):
    from tests.accounts.people import code_for, post

    publish("条款")
    make_page(slug="privacy", title="隐私政策", kind=ContentPage.Kind.AGREEMENT)
    make_page(slug="faq", title="常见问题")
    code = code_for(client, "13812345678", commit=django_capture_on_commit_callbacks)
    form = {
        "username": "python",
        "password": "lychee-on-ice-7",
        "password2": "lychee-on-ice-7",
        "mobile": "13812345678",
        "sms_code": code,
        "allow": True,
    }

    answer = post(client, "/users/", form)

    assert answer.status_code == 201
    versions = {one["slug"]: one["version"] for one in client.get("/api/v1/agreements/").json()}
    kept = AcceptedAgreement.objects.filter(user_id=answer.json()["id"])
    assert dict(kept.values_list("slug", "version")) == versions
    assert set(versions) == {"terms", "privacy"}
