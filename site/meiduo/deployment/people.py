"""Who may sign in, and whether buyers can say where they live."""

from collections.abc import Iterator

from accounts.models import User
from accounts.selectors.areas import provinces
from meiduo.demo.loading.people import ADMIN, BUYER, MARKETER, PASSWORD
from meiduo.parts import Finding, Level


def examine() -> Iterator[Finding]:
    known = [one.username for one in (ADMIN, MARKETER, BUYER) if _has_demo_password(one.username)]
    yield Finding(
        Level.BAD if known else Level.GOOD,
        f"accounts with the demo shop's password: {', '.join(known) or 'none'}",
        "give them passwords of their own, or switch them off: the demo's stands in the README",
    )
    masters = User.objects.filter(is_superuser=True, is_active=True).count()
    yield Finding(
        Level.GOOD if masters else Level.BAD,
        f"{masters} administrators",
        "run: manage.py createsuperuser",
    )
    areas = len(provinces())
    yield Finding(Level.GOOD if areas else Level.BAD, f"{areas} provinces to live in", "run: manage.py load_areas")


def _has_demo_password(username: str) -> bool:
    user = User.objects.filter(username=username, is_active=True).first()
    return user is not None and user.check_password(PASSWORD)
