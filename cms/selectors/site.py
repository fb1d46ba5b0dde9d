"""The shop's own details: names, telephone, licence numbers, footer."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from cms.models import SiteSettings
from cms.selectors.addresses import root_of_site
from cms.selectors.live import PageTimetable
from cms.selectors.reading import Part, Reader
from cms.selectors.rows import Rows, rows_for
from cms.selectors.shapes import Link
from kernel import clock
from shop.catalog.selectors import next_sale_switch


class FooterLink(TypedDict):
    title: str
    url: str
    target: str
    link: Link


class FooterColumn(TypedDict):
    title: str
    links: list[FooterLink]


class SiteDetails(TypedDict):
    """What every page of a storefront shows around its content."""

    name: str
    slogan: str
    logo_url: str | None
    service_phone: str
    service_hours: str
    hotline: str
    company_name: str
    copyright: str
    icp_number: str
    icp_url: str
    police_number: str
    footer: list[FooterColumn]


def stored_settings() -> SiteSettings:
    """The default site's settings; its defaults where nobody has saved any, without writing them."""
    return SiteSettings.objects.filter(site__is_default_site=True).first() or SiteSettings()


@dataclass(frozen=True, slots=True)
class SiteNow:
    """The site's details at one moment, and until when they hold by themselves."""

    details: SiteDetails
    until: datetime | None


def site_now() -> SiteNow:
    """The details of the default site."""
    return _built(stored_settings())


def details_of(settings: SiteSettings) -> SiteDetails:
    """What these settings, saved or not, look like to buyers."""
    return _built(settings).details


def _built(settings: SiteSettings) -> SiteNow:
    reader = Reader(clock.now())
    timetable = PageTimetable(reader.now)
    footer = read_settings(settings, reader)
    rows = rows_for(reader.needs, timetable=timetable, root=root_of_site())
    moments = [
        timetable.next_switch() if reader.needs.pages else None,
        next_sale_switch(reader.now) if reader.needs.skus else None,
    ]
    return SiteNow(compose_site(settings, footer, rows), min((at for at in moments if at), default=None))


def read_settings(settings: SiteSettings, reader: Reader) -> list[Part]:
    """The footer as it is stored, its needs told to the reader."""
    if settings.logo_id:
        reader.needs.images.add(settings.logo_id)
    return reader.stream(settings.footer)


def compose_site(settings: SiteSettings, footer: list[Part], rows: Rows) -> SiteDetails:
    """The details with their rows."""
    logo = rows.pictures.get(settings.logo_id or 0)
    return SiteDetails(
        name=settings.name,
        slogan=settings.slogan,
        logo_url=logo["small"] if logo else None,
        service_phone=settings.service_phone,
        service_hours=settings.service_hours,
        hotline=settings.hotline,
        company_name=settings.company_name,
        copyright=settings.copyright,
        icp_number=settings.icp_number,
        icp_url=settings.icp_url,
        police_number=settings.police_number,
        footer=[FooterColumn(title=part.value["title"], links=_links(part, rows)) for part in footer],
    )


def _links(column: Part, rows: Rows) -> list[FooterLink]:
    found = []
    for part in column.value["links"]:
        link = rows.link(part.value["link"])
        if link is not None:
            found.append(FooterLink(title=part.value["title"], url=link["url"], target=part.value["target"], link=link))
    return found
