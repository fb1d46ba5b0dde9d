"""A site to put content in: on a fresh database, and again after a test emptied the tables."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.models import CategoryAd, HomePage
from kernel import clock

#: The group that Wagtail's own migrations make for those who approve.
MODERATORS = "Moderators"
#: And their workflow.
WAGTAILS_REVIEW = "Moderators approval"


def is_migrated() -> bool:
    """Whether every migration was applied: our models fit the tables."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@transaction.atomic
def ensure_site() -> HomePage:
    """There is a default site whose root is a published homepage, a place for pictures, and a review workflow.

    What is there already stays as it is; only Wagtail's own welcome page goes. Safe to run any number of
    times, also before the cache's table or a queue is there.
    """
    home = HomePage.objects.filter(sites_rooted_here__is_default_site=True).first()
    if home is not None:
        return home
    with override(settings.LANGUAGE_CODE), disable_reference_index_auto_update():
        locale, _created = Locale.objects.get_or_create(
            language_code=get_supported_content_language_variant(settings.LANGUAGE_CODE)
        )
        if not Collection.objects.filter(depth=1).exists():
            Collection.add_root(name="Root")
        root = Page.objects.filter(depth=1).order_by("path").first() or Page.add_root(
            title="Root", slug="root", locale=locale
        )
        _welcome_page_goes(root)
        home = HomePage.objects.order_by("path").first() or _new_home(Page.objects.get(pk=root.pk), locale)
        _make_root_of_site(home)
        _ensure_review(root)
    return home


def _welcome_page_goes(root: Page) -> None:
    page_type = ContentType.objects.get_for_model(Page)
    welcome = Page.objects.filter(depth=2, slug="home", content_type=page_type, numchild=0, latest_revision=None)
    for page in welcome:
        # By query: saving a site clears Wagtail's cache of roots, whose table may not be there yet.
        Site.objects.filter(root_page=page).update(root_page=root)
        page.delete()


def _new_home(root: Page, locale: Locale) -> HomePage:
    home: HomePage = root.add_child(instance=HomePage(title=_("首页"), slug="home", locale=locale, live=True))
    # Without a live revision, Wagtail takes a page down when its next version is scheduled.
    revision = home.save_revision(log_action=False)
    now = clock.now()
    HomePage.objects.filter(pk=home.pk).update(
        live_revision=revision, first_published_at=now, last_published_at=now, has_unpublished_changes=False
    )
    home.refresh_from_db()
    return home


def _make_root_of_site(home: HomePage) -> None:
    public = urlsplit(settings.PUBLIC_URL)
    address = {
        "hostname": public.hostname or "localhost",
        "port": public.port or (443 if public.scheme == "https" else 80),
    }
    default = Site.objects.filter(is_default_site=True)
    if not default.update(root_page=home):
        taken = Site.objects.filter(**address)
        if not taken.update(is_default_site=True, root_page=home):
            Site.objects.bulk_create(
                [Site(**address, site_name=settings.WAGTAIL_SITE_NAME, root_page=home, is_default_site=True)]
            )
    # The site of Wagtail's own migrations knows no better address than this.
    default.filter(hostname="localhost", port=80).update(**address, site_name=settings.WAGTAIL_SITE_NAME)
    transaction.on_commit(_forget_roots)


def _forget_roots() -> None:
    try:
        with transaction.atomic():
            Site.clear_site_root_paths_cache()
    except DatabaseError:
        # The embedded cache's table comes after the first migration; until then nothing is remembered.
        return


def _ensure_review(root: Page) -> None:
    """Pages and category ads go through the moderators, unless another workflow was chosen for them."""
    # The name that Wagtail's migrations gave it stands on a button of every editor.
    Workflow.objects.filter(name=WAGTAILS_REVIEW).update(name=_("内容审核"))
    standing = WorkflowPage.objects.filter(page=root).first()
    workflow = standing.workflow if standing else _new_review(root)
    if standing is None:
        WorkflowPage.objects.create(workflow=workflow, page=root)
    ads = ContentType.objects.get_for_model(CategoryAd)
    WorkflowContentType.objects.get_or_create(content_type=ads, defaults={"workflow": workflow})


def _new_review(root: Page) -> Workflow:
    moderators, created = Group.objects.get_or_create(name=MODERATORS)
    if created:
        _let_review(moderators, root)
    task = GroupApprovalTask.objects.create(name=_("内容审核"))
    task.groups.add(moderators)
    workflow = Workflow.objects.create(name=_("内容审核"))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow


def _let_review(group: Group, root: Page) -> None:
    """A group made anew may do what Wagtail's own moderators may: come in, edit and publish."""
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    wanted = ("add_page", "change_page", "publish_page")
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=wanted):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
