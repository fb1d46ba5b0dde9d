"""Content pages, the site's details and the hot words."""

from django.utils.translation import gettext as _

from cms import building, services
from cms.models import ContentIndexPage, ContentPage, SiteSettings
from meiduo.demo.data.pages import ARTICLES, BRANCH, BRANCH_SUMMARY, BRANCH_TITLE, HOT_WORDS
from meiduo.demo.loading.progress import Report
from search.desk import save_hot_word
from search.models import HotWord


def load_pages(report: Report) -> None:
    """The branch and its pages are there; a page of the same path name stays as it is."""
    services.ensure_site()
    if not ContentIndexPage.objects.filter(slug=BRANCH).exists():
        services.publish_index_page(slug=BRANCH, title=BRANCH_TITLE, summary=BRANCH_SUMMARY, show_in_menus=True)
    known = set(ContentPage.objects.values_list("slug", flat=True))
    missing = [one for one in ARTICLES if one.slug not in known]
    with report.step(_("内容页"), len(missing)) as advance:
        for one in missing:
            services.publish_content_page(
                slug=one.slug,
                title=one.title,
                blocks=one.blocks,
                parent_slug=one.parent or None,
                kind=one.kind,
                summary=one.summary,
                search_description=one.summary,
            )
            advance()


def load_site_details() -> None:
    """The shop's own details are filled in, unless somebody has filled in a telephone."""
    if SiteSettings.objects.exclude(service_phone="").exists():
        return
    pages = dict(ContentPage.objects.values_list("slug", "pk"))
    columns = {
        "购物指南": ("help", "delivery", "returns"),
        "关于美多": ("about", "privacy", "terms"),
    }
    titles = {one.slug: one.title for one in ARTICLES}
    services.save_site_settings(
        name="美多商城",
        slogan="东西要真，价格要实，说到做到",
        service_phone="400-000-0000",
        service_hours="每天 9:00–22:00",
        hotline="400-000-0001",
        company_name="美多商城（演示）有限公司",
        copyright="© 美多商城（演示）保留所有权利",
        icp_number="京ICP备00000000号",
        police_number="京公网安备 00000000000000号",
        footer=[
            building.footer_column(
                title=title,
                links=[
                    building.footer_link(title=titles[slug], to=building.link(page=pages[slug]))
                    for slug in slugs
                    if slug in pages
                ],
            )
            for title, slugs in columns.items()
        ],
    )


def load_hot_words() -> None:
    """The search box has hot words, unless staff have chosen some."""
    if HotWord.objects.exists():
        return
    for rank, word in enumerate(HOT_WORDS):
        save_hot_word(word_id=None, text=word, rank=rank, is_shown=True, starts_at=None, ends_at=None)
