"""What an import or export did, and what was wrong with the file."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

#: A value is shown with so many characters.
SHOWN = 40


class Severity(StrEnum):
    """An error keeps its product out; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Stage(StrEnum):
    """What a long run is doing."""

    READING = "reading"
    IMPORTING = "importing"
    EXPORTING = "exporting"


#: Called now and then with the stage, how many rows or SKUs are done, and how many there are, if known.
Progress = Callable[[Stage, int, int | None], None]


def shortened(value: object) -> str:
    """The value as one short line, for people."""
    text = " ".join("".join(" " if ord(char) < 32 else char for char in str(value)).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong in the file: where, with what, and why. ``row`` as the spreadsheet counts, from 1."""

    row: int | None
    column: str
    value: str
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.row}" if self.row else "-"
        value = f" “{self.value}”" if self.value else ""
        return f"{place} {self.column}{value}: {self.message}"


@dataclass(slots=True)
class Report:
    """The outcome of an import. ``counts`` says how many of what were created, changed, left alone or kept out."""

    batch: str
    dry_run: bool
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    issues: list[Issue] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def errors(self) -> list[Issue]:
        """What kept products out."""
        return [issue for issue in self.issues if issue.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Issue]:
        """What somebody should look at."""
        return [issue for issue in self.issues if issue.severity is Severity.WARNING]

    @property
    def ok(self) -> bool:
        """Whether everything in the file is in the shop (or would be, after a dry run)."""
        return not self.errors

    def sort_issues(self) -> None:
        """Put the issues in the order of the file."""
        self.issues.sort(key=lambda issue: issue.row or 0)
