"""Compare every package that the locks name with the published advisories: ``python .ci/audit.py``.

Exit code 1: a finding that ``audit-allow.toml`` does not allow, an entry there that has expired, or a list that cannot
be read. Packages that nobody could be asked about (no network, a mirror without advisories) are told loudly and pass,
because a machine without that service must still be able to run the checks; ``AUDIT_REQUIRED=1`` makes them fail, and
one scheduled run has to set it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = ROOT / ".ci" / "audit-allow.toml"
#: Every folder with a lock of npm; a test finds those that are missing here.
NPM_FOLDERS = ("site/storefront", "tests/engines")
#: Seconds that one question to a service may take, all of its packages together.
PATIENCE = 300
#: Days that an exception lasts at the longest: who needs more says so again.
LONGEST = 180


class Unreachable(Exception):
    """Nobody could be asked: no tool, no network, or a service that knows no advisories."""


class BadList(Exception):
    """The list of exceptions is not what it must be; the text names the entry."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One advisory about one package of a lock."""

    package: str
    version: str
    ids: tuple[str, ...]
    title: str
    fixed_in: str

    def __str__(self) -> str:
        cure = f"fixed in {self.fixed_in}" if self.fixed_in else "no fix is known"
        return f"{self.package} {self.version}: {', '.join(self.ids)}: {self.title} ({cure})"


@dataclass(frozen=True, slots=True)
class Exempt:
    """A finding that somebody looked at and lives with, until a day."""

    id: str
    package: str
    reason: str
    expires: date

    def covers(self, finding: Finding) -> bool:
        return self.package == finding.package and self.id in finding.ids


@dataclass(slots=True)
class Report:
    """What one look found; what could not be looked at stands beside it and is never counted as clean."""

    findings: list[Finding] = field(default_factory=list)
    audited: int = 0
    unasked: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Report") -> "Report":
        self.findings += other.findings
        self.audited += other.audited
        self.unasked += other.unasked
        return self


def exemptions(path: Path, *, today: date) -> list[Exempt]:
    """The list as it is written.

    Raises: BadList, when an entry lacks a field, says something else than it may, or lasts too long.
    """
    try:
        entries = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise BadList(f"{path.name}: {broken}") from broken
    if extra := set(entries) - {"allow"}:
        raise BadList(f"{path.name}: only [[allow]] may stand here, not {', '.join(sorted(extra))}")
    if not isinstance(listed := entries.get("allow", []), list):
        raise BadList(f"{path.name}: write [[allow]], with two brackets")
    return [_exempt(entry, where=f"{path.name}, entry {number}", today=today) for number, entry in enumerate(listed, 1)]


def _exempt(entry: Mapping[str, Any], *, where: str, today: date) -> Exempt:
    fields = {"id", "package", "reason", "expires"}
    if not isinstance(entry, dict) or set(entry) != fields:
        raise BadList(f"{where}: has to have exactly {', '.join(sorted(fields))}")
    for name in ("id", "package", "reason"):
        if not isinstance(entry[name], str) or not entry[name].strip():
            raise BadList(f"{where}: {name} must be a text")
    # A datetime is a date to Python; TOML knows both.
    if type(entry["expires"]) is not date:
        raise BadList(f"{where}: expires must be a day, like {today + timedelta(days=30)}, without quotes")
    if entry["expires"] > today + timedelta(days=LONGEST):
        raise BadList(f"{where}: {LONGEST} days from today are the most: {today + timedelta(days=LONGEST)}")
    return Exempt(entry["id"], entry["package"], entry["reason"], entry["expires"])


def pip_report(text: str) -> Report:
    """What pip-audit's JSON says. A package that the service does not know is one that nobody looked at.

    Raises: Unreachable, when it knows none of them: a mirror without advisories says so of each.
    """
    try:
        packages = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError) as broken:
        raise Unreachable("pip-audit said nothing that can be read") from broken
    report = Report()
    for package in packages:
        if "skip_reason" in package:
            report.unasked.append(package["name"])
            continue
        report.audited += 1
        for one in package["vulns"]:
            report.findings.append(
                Finding(
                    package=package["name"],
                    version=package["version"],
                    ids=tuple(dict.fromkeys([one["id"], *one.get("aliases", [])])),
                    title=_first_line(one.get("description", "")),
                    fixed_in=", ".join(one["fix_versions"]),
                )
            )
    if not report.audited:
        raise Unreachable("the service knows none of the packages: a mirror without advisories?")
    return report


def npm_report(text: str, *, versions: Mapping[str, str]) -> Report:
    """What ``npm audit --json`` says; packages that are only hurt by another's finding add none of their own.

    Raises: Unreachable, when it is an error instead of a report.
    """
    try:
        said = json.loads(text)
    except ValueError as broken:
        raise Unreachable("npm audit said nothing that can be read") from broken
    if "vulnerabilities" not in said or "metadata" not in said:
        raise Unreachable(str(said.get("message") or said.get("error") or "npm audit made no report"))
    report = Report(audited=said["metadata"]["dependencies"]["total"])
    for package in said["vulnerabilities"].values():
        for one in package["via"]:
            if isinstance(one, str):
                continue
            fix = package.get("fixAvailable")
            report.findings.append(
                Finding(
                    package=package["name"],
                    version=versions.get(package["name"], one.get("range", "")),
                    ids=(_npm_id(one),),
                    title=f"{one['title']} ({one['severity']})",
                    fixed_in=f"{fix['name']} {fix['version']}" if isinstance(fix, dict) else "an update" if fix else "",
                )
            )
    return report


def _npm_id(advisory: Mapping[str, Any]) -> str:
    """GitHub's name of the advisory, which outlives npm's numbers."""
    last = str(advisory.get("url", "")).rstrip("/").rpartition("/")[2]
    return last if last.startswith(("GHSA-", "CVE-")) else f"npm-{advisory['source']}"


def _first_line(text: str) -> str:
    lines = [line.strip("# ").strip() for line in text.splitlines() if line.strip("# ").strip()]
    return lines[0][:120] if lines else "no description"


def _run(command: list[str], *, folder: Path, good: Iterable[int]) -> str:
    if shutil.which(command[0]) is None:
        raise Unreachable(f"{command[0]} is not installed")
    try:
        done = subprocess.run(  # noqa: S603  # fixed commands, no shell
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired as late:
        raise Unreachable(f"{command[0]} did not end within {PATIENCE} seconds") from late
    # Both tools end with 1 when they found something and when they could not look: what they print decides.
    if done.returncode not in good or not done.stdout.strip():
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise Unreachable(f"{command[0]}: {lines[-1][:200]}")
    return done.stdout


def audit_python() -> Report:
    """Every package of uv.lock, those of the checks too: they run where the secrets of CI are."""
    with tempfile.TemporaryDirectory() as folder:
        locked = Path(folder) / "locked.txt"
        export = ["uv", "export", "--frozen", "--all-groups", "--no-emit-project", "--no-header", "--quiet"]
        locked.write_text(_run(export, folder=ROOT, good=[0]))
        command = ["pip-audit", "-r", str(locked), "--disable-pip", "--progress-spinner", "off", "-f", "json"]
        return pip_report(_run(command, folder=ROOT, good=[0, 1]))


def audit_npm(folder: str) -> Report:
    """Every package of one lock of npm; nothing has to be installed."""
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())
    # The hoisted copy last, because it is the one that most of them mean.
    installed = sorted(lock["packages"].items(), key=lambda item: -item[0].count("node_modules/"))
    versions = {path.rpartition("node_modules/")[2]: one.get("version", "") for path, one in installed if path}
    command = ["npm", "audit", "--json", "--package-lock-only", "--fetch-retries=1", "--fetch-timeout=30000"]
    return npm_report(_run(command, folder=ROOT / folder, good=[0, 1]), versions=versions)


def judge(report: Report, allowed: list[Exempt], *, today: date, required: bool) -> tuple[list[str], int]:
    """The lines to say, and the exit code."""
    lines, failed = [], False
    for finding in report.findings:
        exempt = next((one for one in allowed if one.covers(finding)), None)
        if exempt is None:
            failed = True
            lines.append(f"FOUND    {finding}")
        elif exempt.expires >= today:
            lines.append(f"allowed  {finding}; until {exempt.expires}: {exempt.reason}")
    for one in allowed:
        if one.expires < today:
            failed = True
            lines.append(f"EXPIRED  {one.id} of {one.package} was allowed until {one.expires}: {one.reason}")
        elif not report.unasked and not any(one.covers(finding) for finding in report.findings):
            lines.append(f"unused   {one.id} of {one.package} is found no more: remove it from {ALLOWED.name}")
    lines.append(f"audited  {report.audited} packages, {len(report.findings)} findings")
    if report.unasked:
        failed |= required
        lines.append("NOT AUDITED, so nobody knows whether these are safe:")
        lines += [f"  - {one}" for one in report.unasked]
        lines.append("Run this where the advisory services answer; AUDIT_REQUIRED=1 makes it fail instead.")
    return lines, int(failed)


def main() -> int:
    today = datetime.now(UTC).date()
    try:
        allowed = exemptions(ALLOWED, today=today)
    except BadList as broken:
        sys.stdout.write(f"UNREADABLE {broken}\n")
        return 1
    report = Report()
    looks: dict[str, Callable[[], Report]] = {"uv.lock": audit_python}
    looks |= {f"{folder}/package-lock.json": partial(audit_npm, folder) for folder in NPM_FOLDERS}
    for lock, look in looks.items():
        try:
            report += look()
        except Unreachable as why:
            report.unasked.append(f"all of {lock}: {why}")
    lines, code = judge(report, allowed, today=today, required=os.environ.get("AUDIT_REQUIRED") == "1")
    sys.stdout.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
