"""The dashboard and the alert rules ask for numbers that exist."""

import json
import re
from pathlib import Path

import pytest

from kernel import metrics
from meiduo.env import ROOT
from meiduo.watching import exposition, figures

FILES = ROOT / "docs" / "operations"
_NAME = re.compile(r"\bmall_[a-z_]+")


@pytest.fixture
def told(db, monkeypatch):
    """Every name that /metrics can tell."""
    source = Path(figures.__file__).read_text()
    names = set(re.findall(r'"(mall_[a-z_]+)"', source)) | set(exposition.COUNTERS)
    for name in exposition.HISTOGRAMS:
        names |= {f"{name}_bucket", f"{name}_sum", f"{name}_count"}
    return names


def test_every_panel_asks_for_a_number_that_is_told(told):
    board = json.loads((FILES / "grafana.json").read_text())
    asked = {
        name for panel in board["panels"] for one in panel.get("targets", ()) for name in _NAME.findall(one["expr"])
    }

    assert len(asked) > 15
    assert asked - told == set()
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_every_alert_asks_for_a_number_that_is_told_and_says_what_is_wrong(told):
    text = (FILES / "alerts.yml").read_text()
    expressions = re.findall(r"^ +expr: (.+)$", text, re.MULTILINE)

    assert len(expressions) == text.count("- alert:") == text.count("summary:") > 15
    assert {name for one in expressions for name in _NAME.findall(one)} - told == set()


def test_every_runbook_stands_in_the_guide():
    guide = (ROOT / "docs" / "operations.md").read_text()
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).strip().replace(" ", "-")
        for line in guide.splitlines()
        if line.startswith("#")
    }
    asked = set(re.findall(r"docs/operations\.md#([a-z-]+)", (FILES / "alerts.yml").read_text()))

    assert asked
    assert asked - headings == set()


def test_every_name_that_processes_count_has_a_meaning():
    rooms = [ROOT / "tasks", ROOT / "shop", ROOT / "site" / "kernel", ROOT / "site" / "meiduo"]
    counted = set()
    for room in rooms:
        for path in room.rglob("*.py"):
            counted |= set(re.findall(r'metrics\.(?:count|observe)\(\s*"(\w+)"', path.read_text()))

    assert len(counted) >= 6
    assert counted - set(exposition.COUNTERS) - set(exposition.HISTOGRAMS) == set()
    assert tuple(sorted(metrics.SECONDS)) == metrics.SECONDS
