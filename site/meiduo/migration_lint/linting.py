"""One migration's SQL, and what is wrong with it."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.migrations import Migration, RunPython, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from meiduo.migration_lint.rules import BREAKS, RULES, SMALL

#: The oldest PostgreSQL that the mall runs on.
PG_VERSION = "14"

_TABLE = re.compile(
    r"\b(?:ALTER\s+TABLE|DROP\s+TABLE|TRUNCATE(?:\s+TABLE)?|UPDATE|DELETE\s+FROM|INSERT\s+INTO|CREATE\s+TABLE|ON)\s+"
    r"(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?:ONLY\s+)?(?:\"?\w+\"?\.)?\"?(\w+)\"?",
    re.IGNORECASE,
)
_CREATES = re.compile(r"\s*CREATE\s+TABLE\b", re.IGNORECASE)
_CHANGES_ROWS = re.compile(r"\s*(?:WITH\b.*\b)?(?:UPDATE|DELETE)\b|\s*INSERT\b.*\bSELECT\b", re.IGNORECASE | re.DOTALL)
#: A reason that says less is none.
LEAST_REASON = 10


@dataclass(frozen=True)
class Problem:
    """One thing that a migration must not do."""

    rule: str
    statement: str

    def __str__(self) -> str:
        return f"{self.rule}: {' '.join(self.statement.split())[:160]}\n      → {RULES[self.rule]}"


class WaiverWrong(Exception):
    """A waiver that names no rule, gives no reason, or waives nothing."""


def problems_of(migration: Migration, state: ProjectState, connection: Any) -> list[Problem]:
    """What the migration does that it must not, after its waivers. ``state`` is the one before it.

    Raises: WaiverWrong.
    """
    found = [*_of_sql(migration, state, connection), *_of_python(migration)]
    waived: dict[str, str] = getattr(migration, "lint_waivers", {})
    for rule, reason in waived.items():
        if rule not in RULES:
            raise WaiverWrong(f"{rule} is no rule")
        if len(reason.strip()) < LEAST_REASON:
            raise WaiverWrong(f"the waiver of {rule} gives no reason")
        if rule not in {one.rule for one in found}:
            raise WaiverWrong(f"the waiver of {rule} waives nothing: take it away")
    return [one for one in found if one.rule not in waived]


# -- what SQL does


def _of_sql(migration: Migration, state: ProjectState, connection: Any) -> Iterator[Problem]:
    try:
        statements = sql_of(migration, state, connection)
    except ValueError as unknown:
        # Django looks up the names of some constraints in the database.
        yield Problem("sql-unknown", str(unknown))
        return
    created = {_table(one) for one in statements if _CREATES.match(one)}
    for rule, statement in _squawked(statements, is_atomic=migration.atomic):
        table = _table(statement)
        if rule in RULES and table not in created and (rule in BREAKS or table not in SMALL):
            yield Problem(rule, statement)
    for statement in statements if migration.atomic else ():
        if _CHANGES_ROWS.match(statement) and _table(statement) not in SMALL | created:
            yield Problem("rows-in-one-transaction", statement)


def sql_of(migration: Migration, state: ProjectState, connection: Any) -> list[str]:
    """What the migration would tell the database. Raises: ValueError when that needs tables which are not there."""
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state.clone(), editor, collect_sql=True)
    return [one for one in map(str, editor.collected_sql) if not one.startswith("--")]


def _table(statement: str) -> str:
    """The table that the statement changes; nothing where it does not say, as when it drops an index."""
    found = _TABLE.search(statement)
    return found.group(1) if found else ""


def _squawked(statements: list[str], *, is_atomic: bool) -> Iterator[tuple[str, str]]:
    """squawk's findings: the rule, and the statement it is about."""
    if not statements:
        return
    at_line = [statement for statement in statements for _line in statement.splitlines() or [""]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "migration.sql").write_text("\n".join(statements) + "\n", "utf-8")
        # Nobody's own file of settings counts.
        (folder / "squawk.toml").write_text("", "utf-8")
        mode = ["--assume-in-transaction"] if is_atomic else []
        done = subprocess.run(  # noqa: S603
            [_squawk(), "--reporter", "json", "--pg-version", PG_VERSION, "-c", "squawk.toml", *mode, "migration.sql"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    try:
        findings = json.loads(done.stdout)
    except ValueError as strange:
        raise RuntimeError(f"squawk failed: {done.stderr or done.stdout}") from strange
    for finding in findings:
        if finding["level"] == "Error":
            raise RuntimeError(f"squawk cannot read this: {finding['message']}: {at_line[finding['line']]}")
        yield finding["rule_name"], at_line[finding["line"]]


def _squawk() -> str:
    """The program that came with the package of its name."""
    path = Path(sys.executable).with_name("squawk")
    if not path.exists():
        raise RuntimeError("squawk is not installed: uv sync")
    return str(path)


# -- what Python does


def _of_python(migration: Migration) -> Iterator[Problem]:
    for operation in _flat(migration.operations):
        # In an atomic migration ``atomic=False`` of an operation changes nothing.
        if isinstance(operation, RunPython) and (migration.atomic or operation.atomic):
            yield Problem("rows-in-one-transaction", f"RunPython({getattr(operation.code, '__name__', '')})")


def _flat(operations: Iterable[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation
