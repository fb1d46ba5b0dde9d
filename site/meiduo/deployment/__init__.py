"""What has to be so before buyers come, beyond parts that work: ``manage.py doctor --deploy`` asks it all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from meiduo.parts import Finding


@dataclass(frozen=True)
class Examination:
    """One look at a deployment; it finds nothing wrong or says how to mend it."""

    name: str
    about: str
    examine: Callable[[], Iterator[Finding]]


def every_examination() -> list[Examination]:
    """In the order in which an operator would mend what they find."""
    from meiduo.deployment import engines, outside, people, rules, static

    return [
        Examination("settings", "what production means", rules.examine_settings),
        Examination("secrets", "what signs", rules.examine_secrets),
        Examination("edge", "hosts, proxies, origins", rules.examine_edge),
        Examination("sessions", "what each connection is told", engines.examine_database),
        Examination("two Redis", "tasks apart from what may be forgotten", engines.examine_redis),
        Examination("search keys", "who may ask and write", engines.examine_search),
        Examination("static files", "of this version", static.examine),
        Examination("public files", "as a browser gets them", outside.examine_files),
        Examination("outside", "as a buyer's browser sees it", outside.examine_shop),
        Examination("people", "who may sign in", people.examine),
    ]
