"""The built storefront. Without it the plain pages are served: they can be read, but nothing can be bought there."""

from collections.abc import Iterator

from django.conf import settings

from meiduo.parts import Finding, Level, Part
from meiduo.storefront.building import is_built, is_here
from meiduo.storefront.built import manifest

FIX = "run: manage.py build_storefront"


def ping() -> None:
    """A missing build is a choice; one that cannot be read is broken."""
    built = manifest()
    if built is not None:
        built.files("HomePage")


def examine() -> Iterator[Finding]:
    built = manifest()
    if built is None:
        yield Finding(Level.WARNING, "not built: the plain pages are served", FIX)
        return
    lost = [one for one in built.every_file() if not (settings.STOREFRONT_DIST / one).is_file()]
    yield Finding(
        Level.BAD if lost else Level.GOOD,
        f"{len(lost)} of its files are missing, such as {lost[0]}" if lost else "built, every file is there",
        f"{FIX} --force",
    )
    if not is_here():
        # A machine that was only given the built files has nothing to compare them with.
        yield Finding(Level.GOOD, "its sources are not on this machine")
        return
    fresh = is_built(settings.STOREFRONT_DIST)
    yield Finding(
        Level.GOOD if fresh else Level.WARNING,
        "built of the sources as they are" if fresh else "built of older sources",
        FIX,
    )


PART = Part("storefront", "built files", vital=False, ping=ping, examine=examine)
