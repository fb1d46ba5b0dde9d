"""What happened to content, by id."""

from dataclasses import dataclass

from kernel.events import Event


@dataclass(frozen=True)
class HomeChanged(Event):
    """The homepage, or the site's own details, may look different now."""


@dataclass(frozen=True)
class ContentChanged(Event):
    """A page was published, unpublished, moved, deleted, or made private or public."""

    page_id: int


@dataclass(frozen=True)
class AdsChanged(Event):
    """A category ad may look different now, or its schedule is another."""

    ad_id: int


@dataclass(frozen=True)
class PictureChanged(Event):
    """A picture that was already there has another file, cut or text now, or is gone."""

    image_id: int
