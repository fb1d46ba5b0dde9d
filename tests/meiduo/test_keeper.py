"""The demo's processes: one that dies comes back while the others go on; a person's word ends them all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.faults.consumers import ROOT, eventually

SCRIPT = """
import sys
from meiduo.demo import running
running.FIRST_WAIT = 0.1
keeper = running.Keeper()
folder = sys.argv[1]
keeper.add_process("steady", f"echo steady >> {folder}/lines; exec sleep 300")
twice = f"test $(grep -c dying {folder}/lines) -lt 3 && exit 7"
keeper.add_process("dying", f"echo dying >> {folder}/lines; {twice}; exec sleep 300")
keeper.loop()
sys.exit(keeper.returncode)
"""


def test_a_process_that_died_is_started_again_while_the_others_go_on(tmp_path: Path):
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)])}
    said = (tmp_path / "out").open("wb")
    keeper = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], env=surroundings, stdout=said, stderr=subprocess.STDOUT
    )
    said.close()
    lines = tmp_path / "lines"
    try:
        eventually(lambda: lines.exists() and lines.read_text().split().count("dying") == 3, within=60)
        assert keeper.poll() is None
        assert lines.read_text().split().count("steady") == 1
        out = (tmp_path / "out").read_text()
        assert out.count("dying is started again") == 2
        assert "steady is started again" not in out

        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(60) == 143
        assert lines.read_text().split().count("dying") == 3
    finally:
        if keeper.poll() is None:
            keeper.kill()
            keeper.wait(30)
