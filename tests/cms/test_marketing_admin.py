"""The marketer's screens answer, list and save."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from cms.models import CategoryAd, HomePage, SiteSettings
from cms.selectors import ad_for_category
from tests.factories.catalog import BrandFactory, CategoryFactory, LeafCategoryFactory, MallImageFactory, SkuFactory
from tests.factories.content import CategoryAdFactory, make_carousel, make_home
from tests.factories.people import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(StaffFactory(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_menu_leads_straight_to_the_homepages_editor(staff):
    home = make_home(make_carousel())

    answer = staff.get(reverse("edit_home"), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("wagtailadmin_pages:edit", args=[home.pk])
    assert "内容区块" in answer.content.decode()
    assert reverse("edit_home") in staff.get(reverse("wagtailadmin_home")).content.decode()


def test_ads_are_listed_filtered_and_added_with_a_typed_link(staff):
    category = CategoryFactory(name="手机")
    CategoryAdFactory(title="旧广告", category=category)
    prefix = CategoryAd.snippet_viewset
    listed = staff.get(reverse(prefix.get_url_name("list")), {"slot": "category_list"}).content.decode()

    answer = staff.post(
        reverse(prefix.get_url_name("add")),
        {
            "category": category.pk,
            "slot": "sku_detail",
            "image": MallImageFactory().pk,
            "title": "新广告",
            "text": "",
            "target": "_self",
            "sort_order": 0,
            "link-count": 1,
            "link-0-deleted": "",
            "link-0-order": 0,
            "link-0-type": "search",
            "link-0-id": "",
            "link-0-value": "手机",
            "action-publish": "1",
        },
    )

    assert "旧广告" in listed
    assert answer.status_code == 302, answer.context["form"].errors
    assert ad_for_category(category.pk)["title"] == "新广告"


def test_an_ad_without_target_picture_or_with_a_script_is_refused_at_its_field(staff):
    category = CategoryFactory()
    url = reverse(CategoryAd.snippet_viewset.get_url_name("add"))
    form = {
        "category": category.pk,
        "slot": "category_list",
        "title": "坏广告",
        "target": "_self",
        "sort_order": 0,
        "link-count": 1,
        "link-0-deleted": "",
        "link-0-order": 0,
        "link-0-type": "url",
        "link-0-id": "",
        "link-0-value": "javascript:alert(1)",
        "action-publish": "1",
    }

    errors = staff.post(url, form).context["form"].errors

    assert {"image", "link"} <= set(errors)
    assert not CategoryAd.objects.exists()


@pytest.mark.parametrize(
    ("chooser", "make", "found", "missed"),
    [
        ("sku_chooser", SkuFactory, {"name": "手机甲"}, {"name": "平板乙"}),
        ("category_chooser", CategoryFactory, {"name": "手机甲"}, {"name": "平板乙"}),
        ("brand_chooser", BrandFactory, {"name": "手机甲"}, {"name": "平板乙"}),
    ],
)
def test_pickers_list_and_find(staff, chooser, make, found, missed):
    make(**found)
    make(**missed)

    everything = staff.get(reverse(f"{chooser}:choose_results")).content.decode()
    narrowed = staff.get(reverse(f"{chooser}:choose_results"), {"q": "机甲"}).content.decode()

    assert staff.get(reverse(f"{chooser}:choose")).status_code == 200
    assert "手机甲" in everything
    assert "平板乙" in everything
    assert "手机甲" in narrowed
    assert "平板乙" not in narrowed
    assert staff.get(reverse(f"{chooser}:choose_results"), {"q": "\x00"}).status_code == 200


def test_a_category_is_told_from_its_namesake_by_its_parents(staff):
    leaf = LeafCategoryFactory(name="手机")
    shown = staff.get(reverse("category_chooser:choose_results")).content.decode()

    assert f"{leaf.parent.parent.name} › {leaf.parent.name}" in shown


def test_a_picker_tells_what_is_off_the_shelf_or_sold_out(staff):
    SkuFactory(is_on_sale=False)
    SkuFactory(stock=0)
    shown = staff.get(reverse("sku_chooser:choose_results")).content.decode()

    assert "未上架" in shown
    assert "售罄" in shown


def test_the_sites_details_are_edited_on_their_screen(staff, api):
    site = HomePage.objects.get().get_site()
    url = reverse("wagtailsettings:edit", args=["cms", "sitesettings", site.pk])
    form = {"name": "我的商城", "service_phone": "400-1", "icp_url": "https://beian.miit.gov.cn/", "footer-count": 0}

    answer = staff.post(url, form)

    assert answer.status_code == 302, answer.context["form"].errors
    assert SiteSettings.objects.get().name == "我的商城"
    assert api.get("/api/v1/site/").json()["service_phone"] == "400-1"


def test_every_block_of_the_homepage_has_a_sketch_in_the_picker(staff):
    blocks = HomePage.body.field.stream_block.child_blocks.values()

    for block in blocks:
        answer = staff.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
        assert answer.status_code == 200
        assert "sketch" in answer.content.decode()


def test_somebody_without_rights_on_pages_sees_no_way_to_the_homepage(client):
    group = Group.objects.create(name="只看")
    from django.contrib.auth.models import Permission

    group.permissions.add(Permission.objects.get(codename="access_admin"))
    somebody = StaffFactory(is_superuser=False)
    somebody.groups.add(group)
    client.force_login(somebody, backend="django.contrib.auth.backends.ModelBackend")

    assert reverse("edit_home") not in client.get(reverse("wagtailadmin_home")).content.decode()
    assert client.get(reverse("edit_home"), follow=True).redirect_chain[-1][0] == reverse("wagtailadmin_home")


def test_the_marketing_group_edits_the_homepage_ads_and_settings(client):
    marketer = StaffFactory(is_superuser=False)
    marketer.groups.add(Group.objects.get(name="市场"))
    client.force_login(marketer, backend="django.contrib.auth.backends.ModelBackend")
    site = HomePage.objects.get().get_site()

    for address in (
        reverse("wagtailadmin_pages:edit", args=[HomePage.objects.get().pk]),
        reverse(CategoryAd.snippet_viewset.get_url_name("list")),
        reverse(CategoryAd.snippet_viewset.get_url_name("add")),
        reverse("wagtailsettings:edit", args=["cms", "sitesettings", site.pk]),
        reverse("sku_chooser:choose"),
    ):
        assert client.get(address).status_code == 200, address
