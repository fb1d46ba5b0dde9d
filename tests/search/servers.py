"""A real Meilisearch that a test starts, freezes, kills and wipes."""

import os
import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx

KEY = "tests-only-master-key-0123456789"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One server with its own folder and port. Start and stop it as often as needed: the port stays."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self.binary = binary
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.key = KEY
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        data = self.folder / "data"
        command = [self.binary, "--http-addr", f"127.0.0.1:{self.port}", "--master-key", KEY, "--no-analytics"]
        command += ["--db-path", data, "--dump-dir", self.folder / "dumps", "--snapshot-dir", self.folder / "snapshots"]
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder)}
        self._process = subprocess.Popen(
            [str(part) for part in command],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.url}/health", timeout=1).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("meilisearch does not start")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def freeze(self) -> None:
        """It holds its connections and answers nothing: the worst way to be down."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def wipe(self) -> None:
        """Everything it knew is gone, as after the loss of its disk."""
        self.kill()
        self.folder = self.folder.parent / f"wiped-{secrets.token_hex(4)}"
        self.folder.mkdir()
        self.start()
