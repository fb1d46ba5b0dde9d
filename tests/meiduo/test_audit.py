"""Advisories about locked packages stop the checks, unless somebody allowed them, with a reason and until a day."""

import importlib.util
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from meiduo.env import ROOT

SCRIPT = ROOT / ".ci" / "audit.py"
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("mall_audit", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def pip_says(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


CLEAN = {"name": "django", "version": "5.2.19", "vulns": []}
BAD = {
    "name": "jinja2",
    "version": "2.11.2",
    "vulns": [
        {
            "id": "PYSEC-2021-66",
            "fix_versions": ["2.11.3"],
            "aliases": ["CVE-2020-28493", "GHSA-g3rq-g295-4j3m"],
            "description": "### Impact\nThis affects the package jinja2 from 0.0.0 and before 2.11.3.",
        }
    ],
}
UNKNOWN = {
    "name": "house-made",
    "skip_reason": "Dependency not found on PyPI and could not be audited: house-made (1.0)",
}

# As npm 9 writes it: the second package is hurt by the first one only.
NPM = {
    "auditReportVersion": 2,
    "vulnerabilities": {
        "minimist": {
            "name": "minimist",
            "severity": "critical",
            "isDirect": False,
            "via": [
                {
                    "source": 1097678,
                    "name": "minimist",
                    "dependency": "minimist",
                    "title": "Prototype Pollution in minimist",
                    "url": "https://github.com/advisories/GHSA-xvch-5gv4-984h",
                    "severity": "critical",
                    "cwe": ["CWE-1321"],
                    "cvss": {"score": 9.8, "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
                    "range": ">=1.0.0 <1.2.6",
                }
            ],
            "effects": ["mkdirp"],
            "range": "1.0.0 - 1.2.5",
            "nodes": ["node_modules/minimist"],
            "fixAvailable": True,
        },
        "mkdirp": {
            "name": "mkdirp",
            "severity": "critical",
            "isDirect": True,
            "via": ["minimist"],
            "effects": [],
            "range": "0.4.1 - 0.5.1",
            "nodes": ["node_modules/mkdirp"],
            "fixAvailable": True,
        },
    },
    "metadata": {
        "vulnerabilities": {"info": 0, "low": 0, "moderate": 0, "high": 0, "critical": 2, "total": 2},
        "dependencies": {"prod": 3, "dev": 0, "optional": 0, "peer": 0, "peerOptional": 0, "total": 2},
    },
}
NPM_CLEAN = NPM | {"vulnerabilities": {}}
NPM_REFUSED = {
    "message": "405 Method Not Allowed - POST https://registry.example/-/npm/v1/security/advisories/bulk",
    "statusCode": 405,
    "body": "",
    "error": {"summary": "", "detail": ""},
}


def entry(id_="GHSA-g3rq-g295-4j3m", package="jinja2", expires=TODAY, reason="no template of strangers is rendered"):
    return f'[[allow]]\nid = "{id_}"\npackage = "{package}"\nreason = "{reason}"\nexpires = {expires}\n'


@pytest.fixture
def allowed(audit, tmp_path):
    """What the script makes of a list with this text."""

    def read(text):
        path = tmp_path / "audit-allow.toml"
        path.write_text(text)
        return audit.exemptions(path, today=TODAY)

    return read


def judged(audit, report, allowed=(), *, required=False):
    lines, code = audit.judge(report, list(allowed), today=TODAY, required=required)
    return "\n".join(lines), code


def test_a_finding_that_nobody_allowed_fails_with_its_name_and_its_cure(audit):
    said, code = judged(audit, audit.pip_report(pip_says(CLEAN, BAD)))

    assert code == 1
    assert "FOUND    jinja2 2.11.2: PYSEC-2021-66, CVE-2020-28493, GHSA-g3rq-g295-4j3m" in said
    assert "fixed in 2.11.3" in said


def test_nothing_found_passes(audit):
    said, code = judged(audit, audit.pip_report(pip_says(CLEAN)))

    assert code == 0
    assert said == "audited  1 packages, 0 findings"


@pytest.mark.parametrize("name", ["PYSEC-2021-66", "CVE-2020-28493", "GHSA-g3rq-g295-4j3m"])
def test_an_exception_by_any_of_its_names_holds_through_its_last_day(audit, allowed, name):
    said, code = judged(audit, audit.pip_report(pip_says(BAD)), allowed(entry(name)))

    assert code == 0
    assert "allowed  jinja2" in said
    assert "no template of strangers" in said


@pytest.mark.parametrize("other", [{"id_": "GHSA-0000-0000-0000"}, {"package": "markupsafe"}])
def test_an_exception_for_another_finding_or_package_allows_nothing(audit, allowed, other):
    said, code = judged(audit, audit.pip_report(pip_says(BAD)), allowed(entry(**other)))

    assert code == 1
    assert "FOUND" in said
    assert "unused" in said


def test_an_exception_that_has_expired_fails_with_and_without_its_finding_and_with_nobody_to_ask(audit, allowed):
    old = allowed(entry(expires=TODAY - timedelta(days=1)))

    for report in (
        audit.pip_report(pip_says(BAD)),
        audit.pip_report(pip_says(CLEAN)),
        audit.Report(unasked=["all of uv.lock"]),
    ):
        said, code = judged(audit, report, old)
        assert code == 1
        assert "EXPIRED  GHSA-g3rq-g295-4j3m of jinja2" in said


def test_an_exception_that_is_needed_no_more_is_named(audit, allowed):
    said, code = judged(audit, audit.pip_report(pip_says(CLEAN)), allowed(entry()))

    assert code == 0
    assert "unused   GHSA-g3rq-g295-4j3m" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[allow]\n", "audit-allow.toml"),
        ("[allow]\nid = 'x'\n", "two brackets"),
        ("[[alow]]\nid = 'x'\n", "not alow"),
        ("[[allow]]\nid = 'GHSA-1'\n", "exactly expires, id, package, reason"),
        (entry() + "note = 'x'\n", "exactly"),
        (entry(reason=" "), "reason must be a text"),
        (entry(expires="'2026-12-01'"), "expires must be a day"),
        (entry(expires="2026-12-01T00:00:00Z"), "expires must be a day"),
        (entry(expires=TODAY + timedelta(days=181)), "180 days from today are the most"),
    ],
)
def test_a_list_that_is_not_as_it_must_be_is_refused_by_its_entry(audit, allowed, text, said):
    with pytest.raises(audit.BadList, match=said):
        allowed(text)


def test_npm_counts_the_package_that_is_at_fault_and_not_those_that_use_it(audit):
    report = audit.npm_report(json.dumps(NPM), versions={"minimist": "1.2.5"})

    assert [str(one) for one in report.findings] == [
        "minimist 1.2.5: GHSA-xvch-5gv4-984h: Prototype Pollution in minimist (critical) (fixed in an update)"
    ]
    assert report.audited == 2


def test_packages_that_the_service_does_not_know_are_not_counted_as_clean(audit):
    report = audit.pip_report(pip_says(CLEAN, UNKNOWN))

    said, code = judged(audit, report)
    assert code == 0
    assert "NOT AUDITED" in said
    assert "house-made" in said
    assert judged(audit, report, required=True)[1] == 1


def test_a_service_that_knows_nothing_at_all_is_no_service(audit):
    with pytest.raises(audit.Unreachable, match="knows none"):
        audit.pip_report(pip_says(UNKNOWN, UNKNOWN))


@pytest.mark.parametrize("text", ["", "<html>", json.dumps(NPM_REFUSED), '{"error": {"code": "ENOTFOUND"}}'])
def test_an_error_instead_of_a_report_is_never_clean(audit, text):
    with pytest.raises(audit.Unreachable):
        audit.npm_report(text, versions={})


def test_the_committed_list_can_be_read(audit):
    audit.exemptions(audit.ALLOWED, today=datetime.now(UTC).date())


def test_every_lock_of_the_project_is_audited(audit):
    locks = {
        str(path.parent.relative_to(ROOT))
        for path in ROOT.rglob("package-lock.json")
        if not {"node_modules", ".venv", "var"} & set(path.relative_to(ROOT).parts)
    }

    assert locks == set(audit.NPM_FOLDERS)
    assert (ROOT / "uv.lock").exists()


@pytest.fixture
def run(tmp_path):
    """The script itself, with tools on its path that say what they are told to."""
    tools = tmp_path / "bin"
    tools.mkdir()

    def start(*, pip, npm, required=False):
        said = {"uv": ("django==5.2.19\n", 0), "pip-audit": pip, "npm": npm}
        for name, (text, code) in said.items():
            (tmp_path / f"{name}.out").write_text(text)
            tool = tools / name
            tool.write_text(f"#!/bin/sh\ncat '{tmp_path}/{name}.out'\nexit {code}\n")
            tool.chmod(0o755)
        variables = {"PATH": f"{tools}:{os.defpath}", "AUDIT_REQUIRED": "1" if required else ""}
        done = subprocess.run([sys.executable, SCRIPT], env=variables, capture_output=True, text=True, check=False)
        return done.stdout, done.returncode

    return start


def test_the_command_adds_up_all_locks_and_says_what_it_found(run):
    said, code = run(pip=(pip_says(CLEAN, BAD), 1), npm=(json.dumps(NPM), 1))

    assert code == 1
    assert said.count("FOUND") == 3
    assert "audited  6 packages, 3 findings" in said


def test_the_command_passes_when_all_is_well(run):
    said, code = run(pip=(pip_says(CLEAN), 0), npm=(json.dumps(NPM_CLEAN), 0), required=True)

    assert code == 0, said
    assert said == "audited  5 packages, 0 findings\n"


def test_nobody_to_ask_is_said_loudly_and_fails_where_an_audit_is_required(run):
    away = {"pip": ("", 1), "npm": (json.dumps(NPM_REFUSED), 1)}

    said, code = run(**away)
    assert code == 0
    assert "NOT AUDITED, so nobody knows" in said
    assert said.count("all of") == 3

    assert run(**away, required=True)[1] == 1


def test_what_could_be_asked_still_fails_while_something_else_could_not(run):
    said, code = run(pip=(pip_says(BAD), 1), npm=(json.dumps(NPM_REFUSED), 1))

    assert code == 1
    assert "FOUND    jinja2" in said
    assert "NOT AUDITED" in said
