"""Who works and buys in the demo shop."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import Area, User
from accounts.services.addresses import AddressParts, add_address
from accounts.services.areas import load_shipped_areas

#: Everybody's password; the demo shop is for one person on one machine, and production refuses it.
PASSWORD = "meiduo-demo"  # noqa: S105  # printed in the README

#: The group of marketers, by the name that the back office gives it.
MARKETING = "市场"
#: 重庆市 渝中区, in codes of GB/T 2260.
PROVINCE, CITY, DISTRICT = 500000, 500100, 500103


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a login."""

    username: str
    nickname: str
    mobile: str | None = None
    is_staff: bool = False
    is_superuser: bool = False
    group: str = ""


ADMIN = Person("admin", "管理员", is_staff=True, is_superuser=True)
MARKETER = Person("marketer", "小美（市场）", is_staff=True, group=MARKETING)
BUYER = Person("buyer", "小多", mobile="13800000000")


def load_people() -> None:
    """An administrator, a marketer and a buyer with an address can log in; who is there already stays as is."""
    for person in (ADMIN, MARKETER, BUYER):
        with transaction.atomic():
            _person(person)


def _person(person: Person) -> None:
    taken = User.objects.filter(username=person.username)
    if taken.exists() or (person.mobile and User.objects.filter(mobile=person.mobile).exists()):
        return
    user = User.objects.create_user(
        person.username,
        password=PASSWORD,
        nickname=person.nickname,
        mobile=person.mobile,
        is_staff=person.is_staff,
        is_superuser=person.is_superuser,
    )
    if person.group:
        user.groups.add(*Group.objects.filter(name=person.group))
    if person.mobile:
        _address(user, person)


def _address(user: User, person: Person) -> None:
    if not Area.objects.filter(pk=DISTRICT).exists():
        load_shipped_areas()
    add_address(
        user_id=user.pk,
        parts=AddressParts(
            receiver="小多",
            province_id=PROVINCE,
            city_id=CITY,
            district_id=DISTRICT,
            place="解放碑步行街 1 号",
            mobile=person.mobile or "",
            title="家",
        ),
    )
