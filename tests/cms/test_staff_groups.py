"""The groups of staff: made by migration, sensible, and an administrator's changes stay."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.models import GroupPagePermission
from wagtail.permissions import policy_registry

from accounts.models import User
from cms import group_signals
from cms.services.staff_groups import PLANS, _fits, ensure_groups
from tests.factories.people import UserFactory

NAMES = ["商品", "订单", "仓库", "客服", "财务", "市场", "运维", "管理员"]


def _member(name: str) -> User:
    user = UserFactory(mobile=None)
    user.groups.add(Group.objects.get(name=name))
    return User.objects.get(pk=user.pk)


def test_a_fresh_database_has_every_group(db):
    assert [plan.name for plan in PLANS] == NAMES
    assert Group.objects.filter(name__in=NAMES).count() == 8


@pytest.mark.parametrize("name", NAMES)
def test_every_group_opens_the_back_office(client: Client, db, name):
    client.force_login(_member(name), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse("wagtailadmin_home")).status_code == 200


@pytest.mark.parametrize(
    ("name", "may", "may_not"),
    [
        (
            "商品",
            ["shop.change_sku", "shop.add_spu", "shop.view_stockmovement"],
            ["accounts.view_customer", "cms.change_homepage"],
        ),
        ("订单", ["shop.view_sku", "accounts.view_customer"], ["shop.change_sku", "accounts.change_customer"]),
        (
            "客服",
            ["shop.answer_buyermessage", "accounts.change_customer"],
            ["accounts.view_full_mobile", "shop.change_sku"],
        ),
        ("财务", ["accounts.view_customer"], ["shop.change_sku", "accounts.change_customer", "accounts.change_user"]),
        ("市场", ["shop.view_spu", "cms.change_categoryad"], ["shop.change_sku", "accounts.view_customer"]),
        ("管理员", ["shop.change_sku", "accounts.view_full_mobile", "accounts.change_user"], []),
    ],
)
def test_each_group_may_what_its_work_needs_and_no_more(db, name, may, may_not):
    member = _member(name)

    assert [one for one in may if not member.has_perm(one)] == []
    assert [one for one in may_not if member.has_perm(one)] == []


def test_nobody_but_the_administrators_manages_staff(db):
    for name in NAMES[:-1]:
        granted = {str(one) for one in _member(name).get_all_permissions()}
        assert {
            one for one in granted if one.startswith(("accounts.add_user", "accounts.change_user", "auth."))
        } == set()


def test_marketing_edits_pages_and_the_others_do_not(db):
    pages = set(GroupPagePermission.objects.filter(group__name__in=NAMES).values_list("group__name", flat=True))

    assert pages == {"市场", "管理员"}


def test_whoever_makes_products_uploads_pictures(db):
    policy = policy_registry.get_by_type(get_image_model())

    assert policy.user_has_permission(_member("商品"), "add")
    assert not policy.user_has_permission(_member("财务"), "add")


def test_a_second_run_changes_nothing_and_costs_one_query(db, django_assert_max_num_queries):
    before = {group.name: set(group.permissions.values_list("pk", flat=True)) for group in Group.objects.all()}

    with django_assert_max_num_queries(3):
        ensure_groups()

    assert {group.name: set(group.permissions.values_list("pk", flat=True)) for group in Group.objects.all()} == before


def test_what_an_administrator_took_away_stays_away(db):
    group = Group.objects.get(name="客服")
    taken = Permission.objects.get(codename="change_customer")
    group.permissions.remove(taken)

    ensure_groups()
    ensure_groups(fresh=[Permission.objects.get(codename="answer_buyermessage").pk])

    assert not group.permissions.filter(pk=taken.pk).exists()


def test_a_permission_that_is_new_reaches_the_groups_it_was_made_for(db):
    group = Group.objects.get(name="客服")
    new = Permission.objects.get(codename="answer_buyermessage")
    group.permissions.remove(new)

    ensure_groups(fresh=[new.pk])

    assert group.permissions.filter(pk=new.pk).exists()
    assert not Group.objects.get(name="财务").permissions.filter(pk=new.pk).exists()


def test_a_group_that_was_deleted_comes_back_with_the_next_migration(db):
    Group.objects.filter(name="市场").delete()
    last = apps.get_app_config(group_signals._first_or_last(-1))

    group_signals._groups_stand(sender=last, using="default")

    assert _member("市场").has_perm("cms.change_categoryad")


def test_groups_wait_for_the_last_app(db):
    Group.objects.filter(name="市场").delete()

    group_signals._groups_stand(sender=apps.get_app_config("shop"), using="default")

    assert not Group.objects.filter(name="市场").exists()


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("shop.view_sku", "shop.view_sku", True),
        ("shop.view_sku", "shop.view_skuoption", False),
        ("shop.*_sku", "shop.change_sku", True),
        ("shop.*_sku", "shop.change_skuoption", False),
        ("shop.*_order", "shop.view_late_order", False),
        ("shop.*", "shop.anything", True),
        ("shop.view_*", "shop.view_order", True),
        ("shop.view_*", "shop.change_order", False),
        ("shop.*", "accounts.view_customer", False),
    ],
)
def test_patterns(pattern, name, fits):
    assert _fits(pattern, name) is fits
