"""The groups that staff work in, and what each may do in the back office.

``ensure_groups`` runs after every migration, when all permissions exist. A group that is missing is made with
everything its plan names. A group that stands keeps what an administrator took away or added; only permissions
that this migration brought into being are added to it, so that a new screen reaches those it was made for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

#: ``app.codename``; ``view_*`` stands for every model, ``*_sku`` for every verb.
Pattern = str

ENTRY = "wagtailadmin.access_admin"
CATALOG_MODELS = ("category", "brand", "spu", "sku", "spec", "specoption", "skuoption", "picture")
PICTURES = ("add_image", "change_image", "choose_image")
DOCUMENTS = ("add_document", "change_document", "choose_document")
PAGES = ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page")


@dataclass(frozen=True)
class Plan:
    """What a group may do. ``pages``: on the whole tree; ``files``: in every collection."""

    name: str
    may: tuple[Pattern, ...]
    pages: tuple[str, ...] = ()
    files: tuple[str, ...] = field(default=())


def _all(app: str, *models: str) -> tuple[Pattern, ...]:
    return tuple(f"{app}.*_{model}" for model in models)


PLANS = (
    Plan(
        "商品",
        (*_all("shop", *CATALOG_MODELS), "shop.*_stockmovement", "shop.*_freighttemplate", "shop.*_freightrule"),
        files=PICTURES,
    ),
    Plan(
        "订单",
        (
            "shop.view_*",
            *_all("shop", "order", "orderline", "orderevent", "parcel", "parcelline"),
            "shop.add_refund",
            "accounts.view_customer",
            "accounts.view_full_mobile",
        ),
    ),
    Plan(
        "仓库",
        (
            *("shop.view_order", "shop.view_orderline", "shop.view_orderevent", "shop.note_order"),
            *_all("shop", "parcel", "parcelline"),
            *("shop.view_aftersale", "shop.receive_aftersale", "shop.view_spu", "shop.view_sku"),
            *("shop.view_stockmovement", "shop.add_stockmovement"),
            # A waybill needs the whole number.
            "accounts.view_full_mobile",
        ),
    ),
    Plan(
        "客服",
        (
            *("shop.view_order", "shop.view_orderline", "shop.view_orderevent", "shop.view_parcel", "shop.view_sku"),
            *("shop.view_spu", "shop.view_buyermessage", "shop.answer_buyermessage"),
            *("shop.note_order", "shop.reprice_order", "shop.cancel_order"),
            *_all("shop", "aftersale", "aftersaleline", "review"),
            "accounts.view_customer",
            "accounts.change_customer",
            "accounts.*_customertag",
        ),
        files=PICTURES,
    ),
    Plan(
        "财务",
        (
            *("shop.view_order", "shop.view_orderline", "shop.view_orderevent", "shop.view_aftersale"),
            "shop.note_order",
            *_all("shop", "paymentattempt", "refund", "refundline", "billdifference"),
            "accounts.view_customer",
        ),
    ),
    Plan(
        "市场",
        (
            *("shop.view_category", "shop.view_brand", "shop.view_spu", "shop.view_sku"),
            *_all("shop", "coupon", "promotion"),
            "cms.*",
            "accounts.*_customertag",
            "wagtailredirects.*",
            "search.*",
        ),
        pages=PAGES,
        files=(*PICTURES, *DOCUMENTS),
    ),
    Plan("运维", ("tasks.*", "search.*")),
    Plan(
        "管理员",
        (
            *(
                "shop.*",
                "cms.*",
                "search.*",
                "tasks.*",
                "media.*",
                "accounts.*_customer",
                "accounts.*_customertag",
                "accounts.view_full_mobile",
            ),
            *("accounts.*_user", "auth.*_group", "wagtailcore.*_site", "wagtailcore.*_collection"),
            *("wagtailcore.*_workflow", "wagtailcore.*_task", "wagtailredirects.*"),
        ),
        pages=PAGES,
        files=(*PICTURES, "delete_image", *DOCUMENTS, "delete_document"),
    ),
)


@transaction.atomic
def ensure_groups(*, fresh: Iterable[int] = ()) -> None:
    """Every group of ``PLANS`` stands. Safe to run any number of times.

    ``fresh`` are the ids of permissions that did not exist before: groups that stood already get those of
    them that their plan names, and nothing else.
    """
    fresh_ids = set(fresh)
    standing = set(Group.objects.filter(name__in=[plan.name for plan in PLANS]).values_list("name", flat=True))
    if len(standing) == len(PLANS) and not fresh_ids:
        return
    everything = [
        (pk, f"{app}.{code}")
        for pk, app, code in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    ]
    for plan in PLANS:
        wanted = {pk for pk, name in everything if _allowed(plan, name)}
        if plan.name in standing:
            group = Group.objects.get(name=plan.name)
            group.permissions.add(*(wanted & fresh_ids))
        else:
            group = Group.objects.create(name=plan.name)
            group.permissions.set(wanted)
            _give_pages(group, plan)
            _give_files(group, plan)


def _allowed(plan: Plan, name: str) -> bool:
    return name == ENTRY or any(_fits(pattern, name) for pattern in plan.may)


def _fits(pattern: Pattern, name: str) -> bool:
    if "*" not in pattern:
        return pattern == name
    start, _star, end = pattern.partition("*")
    if not end:
        return name.startswith(start)
    verb = name.removeprefix(start).removesuffix(end)
    # A verb is one word, so that ``*_order`` is not also ``view_late_order``.
    return name == f"{start}{verb}{end}" and bool(verb) and "_" not in verb


def _give_pages(group: Group, plan: Plan) -> None:
    root = Page.objects.filter(depth=1).order_by("path").first()
    if root is None or not plan.pages:
        return
    found = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=plan.pages)
    GroupPagePermission.objects.bulk_create(
        [GroupPagePermission(group=group, page=root, permission=one) for one in found], ignore_conflicts=True
    )


def _give_files(group: Group, plan: Plan) -> None:
    root = Collection.objects.filter(depth=1).order_by("path").first()
    if root is None or not plan.files:
        return
    # Wagtail checks the permissions of its own base models, whatever model of ours is used.
    wanted = Q(content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__in=plan.files)
    GroupCollectionPermission.objects.bulk_create(
        [
            GroupCollectionPermission(group=group, collection=root, permission=one)
            for one in Permission.objects.filter(wanted)
        ],
        ignore_conflicts=True,
    )
