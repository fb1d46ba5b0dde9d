"""Traps of this layout that no linter knows."""

import importlib.metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"api", "cms", "shop", "accounts", "tasks", "search", "media", "tests", "kernel", "meiduo"}


def test_site_is_a_source_root_and_never_a_package():
    assert not (ROOT / "site" / "__init__.py").exists()


def test_no_installed_distribution_provides_a_module_named_like_one_of_our_rooms():
    provided = importlib.metadata.packages_distributions()

    assert {room: provided[room] for room in ROOMS & set(provided)} == {}
