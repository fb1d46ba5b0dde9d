"""Rows 23 and 24 on the embedded size: one machine, SQLite for the rows and for the queue. Real processes."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing

import pytest
from huey.registry import Message

from tasks.queue import Envelope, MallSqliteHuey
from tests.faults.consumers import ROOT, eventually

pytestmark = pytest.mark.fault


class Machine:
    """A folder with everything that the embedded size is."""

    def __init__(self, folder):
        self.folder = folder
        self.var = folder / "var"
        self.processes = []
        engines = ("DATABASE_URL", "REDIS_URL", "HUEY_REDIS_URL", "MEILISEARCH_URL", "EMAIL_URL", "MEDIA_URL_S3")
        self.surroundings = {name: value for name, value in os.environ.items() if name not in engines} | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.probe.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
            "VAR_DIR": str(self.var),
            "PROBE_DIR": str(folder),
            "LOG_FORMAT": "json",
        }

    def manage(self, *words):
        """Run a command to its end."""
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=ROOT, env=self.surroundings, check=True, capture_output=True, timeout=600)

    def start(self):
        """The consumer, with its scheduler."""
        with (self.folder / "consumer.log").open("ab") as log:
            one = subprocess.Popen(
                [sys.executable, "manage.py", "run_huey"], cwd=ROOT, env=self.surroundings, stdout=log, stderr=log
            )
        self.processes.append(one)
        return one

    def put(self, name, *args):
        """Queue a task of the probe."""
        huey = MallSqliteHuey("mall", filename=str(self.var / "huey.sqlite3"), timeout=20)
        message = Message(
            str(uuid.uuid4()), f"tests.faults.probe.tasks.{name}", None, 2, 1, None, args, {}, retry_backoff=2
        )
        huey.storage.enqueue(huey.serializer.serialize(Envelope(message, time.time(), "request-of-test")))
        huey.storage.close()
        return message.id

    def rows(self, query):
        """What stands in the shop's own file."""
        with closing(sqlite3.connect(self.var / "mall.sqlite3", timeout=20)) as file:
            return file.execute(query).fetchall()

    def waiting(self):
        """How many tasks nobody has taken yet."""
        with closing(sqlite3.connect(self.var / "huey.sqlite3", timeout=20)) as file:
            return file.execute("SELECT count(*) FROM task").fetchone()[0]

    def lines(self, name):
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []

    def log(self):
        return (self.folder / "consumer.log").read_text()[-3000:]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    machine = Machine(tmp_path_factory.mktemp("embedded"))
    machine.manage("migrate", "--verbosity", "0")
    machine.manage("createcachetable", "--verbosity", "0")
    return machine.var


@pytest.fixture
def machine(tmp_path, migrated):
    one = Machine(tmp_path)
    shutil.copytree(migrated, one.var)
    yield one
    for word in ("go", "leave"):
        (tmp_path / word).touch()
    for process in one.processes:
        if process.poll() is None:
            process.kill()
        process.wait(30)


def test_kill9_on_the_embedded_size_what_a_killed_worker_held_is_done_once_by_the_next(machine):
    first = machine.start()
    held = machine.put("hold", "held")
    eventually(lambda: machine.lines("begun"), why=machine.log())
    eventually(lambda: (held,) in machine.rows("SELECT task_id FROM tasks_runningtask"), why=machine.log())
    first.kill()
    first.wait(30)
    assert machine.lines("ended") == []

    (machine.folder / "go").touch()
    machine.start()
    eventually(lambda: machine.lines("ended"), within=180, why=machine.log())

    eventually(lambda: machine.rows("SELECT state FROM tasks_failedtask") == [("done",)], why=machine.log())
    assert machine.lines("ended") == ["held"]
    assert machine.rows("SELECT task_id, cause, losses FROM tasks_failedtask") == [(held, "lost", 1)]
    assert len(machine.rows("SELECT id FROM tasks_consumer")) == 1
    # The file is whole, and periodic work goes on.
    assert machine.rows("PRAGMA integrity_check") == [("ok",)]
    eventually(lambda: machine.lines("swept"), within=180, why=machine.log())


def test_sigterm_on_the_embedded_size_the_running_task_ends_and_what_waits_stays(machine):
    consumer = machine.start()
    machine.put("hold", "running")
    eventually(lambda: machine.lines("begun") == ["running"], why=machine.log())
    machine.put("hold", "queued")

    consumer.send_signal(signal.SIGTERM)
    eventually(lambda: "Shutting down gracefully" in machine.log(), why=machine.log())
    assert consumer.poll() is None
    (machine.folder / "go").touch()

    assert consumer.wait(60) == 0
    assert machine.lines("ended") == ["running"]
    assert machine.waiting() >= 1
    for table in ("tasks_runningtask", "tasks_failedtask", "tasks_consumer"):
        assert machine.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    # The next process takes it up.
    machine.start()
    eventually(lambda: machine.lines("ended") == ["running", "queued"], within=180, why=machine.log())
