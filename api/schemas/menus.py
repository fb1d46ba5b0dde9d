"""Menus, redirects, agreements."""

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from api.schemas.base import Moment, QueryIn, RowId
from api.schemas.home import LinkOut
from api.schemas.pages import PageOut, page_out
from cms.selectors.agreements import AgreementText


class MenuLineOut(Schema):
    """A line of a menu."""

    id: str
    title: str
    url: str
    target: Literal["_self", "_blank"]
    link: LinkOut


class MenuBranchOut(MenuLineOut):
    """A line with those below it."""

    children: list[MenuLineOut]


class MenuOut(Schema):
    """A menu in two levels."""

    key: str
    title: str
    items: list[MenuBranchOut]


class RedirectIn(QueryIn):
    """Which path."""

    path: str = Field(min_length=1, max_length=255, pattern=r"^/", examples=["/help/old-name/"])


class RedirectOut(Schema):
    """Where it leads now."""

    url: str
    permanent: bool


class AgreementOut(Schema):
    """An agreement as it is in force now."""

    slug: str
    title: str
    version: int = Field(description="grows with every publication; kept with whoever accepts it")
    published_at: Moment | None
    url: str


class AgreementIn(QueryIn):
    """Which version; without it the one in force."""

    version: RowId | None = None


class AgreementTextOut(PageOut):
    """One version of an agreement with its text."""

    version: int
    in_force: bool
    published_at: Moment | None


def agreement_out(text: AgreementText) -> dict[str, Any]:
    """A version as ``AgreementTextOut`` wants it."""
    own = {"version": text.version, "in_force": text.in_force, "published_at": text.published_at}
    return {**page_out(text.details), **own}
