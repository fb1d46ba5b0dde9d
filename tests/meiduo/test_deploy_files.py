"""The files of a deployment agree with each other, with the environment, and with the processes."""

import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class

from meiduo.env import ROOT, Env
from meiduo.settings.parts import queue

DEPLOY = ROOT / "docs" / "deploy"
#: Variables of a process that are not the mall's own.
_SYSTEM = {"PATH", "PYTHONPATH", "PYTHONUNBUFFERED", "DJANGO_SETTINGS_MODULE", "PORT"}
_KNOWN = {name.upper() for name in Env.model_fields} | _SYSTEM
_PROCESSES = {"release", "web", "worker", "worker_extra"}
_UNITS = {
    "mall-release.service": "release",
    "mall-web.service": "web",
    "mall-worker.service": "worker",
    "mall-worker-extra.service": "worker_extra",
}


def procfile():
    """The command of each process."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if line)


def directives(text, name):
    """Every value of an nginx directive; comments left out."""
    bare = re.sub(r"(?m)^\s*#.*$", "", text)
    return [" ".join(value.split()) for value in re.findall(rf"(?m)^\s*{name}\s+([^;]+);", bare)]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def nginx():
    return (DEPLOY / "nginx.conf").read_text()


@pytest.fixture(scope="module")
def dockerfile():
    return (ROOT / "Dockerfile").read_text()


def test_containers_are_the_processes_of_the_procfile(compose):
    ours = {name: one for name, one in compose["services"].items() if one.get("build")}

    assert set(ours) == set(procfile()) == _PROCESSES
    assert all(one["command"] == [name] for name, one in ours.items())


def test_every_variable_of_a_container_is_one_that_the_mall_reads(compose):
    for name in _PROCESSES:
        assert set(compose["services"][name]["environment"]) - _KNOWN == set()


def test_every_variable_of_the_example_is_read_by_the_mall_or_by_compose():
    example = set(re.findall(r"(?m)^([A-Z0-9_]+)=", (DEPLOY / "example.env").read_text()))
    asked = set(re.findall(r"\$\{([A-Z0-9_]+)", (ROOT / "compose.yaml").read_text()))
    required = set(re.findall(r"\$\{([A-Z0-9_]+):\?", (ROOT / "compose.yaml").read_text()))

    assert example - _KNOWN - asked == set()
    assert required - example == set()


def test_there_is_one_scheduler_and_workers_have_time_to_end(compose):
    services = compose["services"]

    assert "--no-periodic" not in procfile()["worker"]
    assert "--no-periodic" in procfile()["worker_extra"]
    assert services["worker"]["deploy"]["replicas"] == 1
    for name in ("web", "worker", "worker_extra"):
        assert services[name]["stop_grace_period"] == "40s"
        assert services[name]["depends_on"]["release"] == {"condition": "service_completed_successfully"}
    assert queue.HUEY["consumer"]["shutdown_timeout"] < 40


def test_tasks_are_kept_on_disk_and_the_cache_makes_room(compose):
    def options(name):
        words = compose["services"][name]["command"][1:]
        return dict(zip(words[::2], words[1::2], strict=True))

    assert options("queue")["--appendonly"] == "yes"
    assert options("queue")["--maxmemory-policy"] == "noeviction"
    assert "queue:/data" in compose["services"]["queue"]["volumes"]
    assert options("cache")["--maxmemory-policy"] == "allkeys-lru"
    assert options("cache")["--maxmemory"] == "512mb"
    process = compose["services"]["web"]["environment"]
    assert "@" not in process["REDIS_URL"]
    assert process["REDIS_URL"].split("/")[2] != process["HUEY_REDIS_URL"].split("/")[2]


def test_nothing_but_nginx_is_reachable_from_outside(compose):
    assert [name for name, one in compose["services"].items() if one.get("ports")] == ["nginx"]


def test_every_engine_that_a_container_names_is_there(compose):
    process = compose["services"]["web"]["environment"]
    hosts = {
        re.split(r"[:/?]", process[name].split("://")[1].rsplit("@")[-1])[0]
        for name in ("DATABASE_URL", "REDIS_URL", "HUEY_REDIS_URL", "MEILISEARCH_URL", "MEDIA_URL_S3")
    }

    assert hosts == {"postgres", "cache", "queue", "meilisearch", "files"}
    assert hosts - set(compose["services"]) == set()


def test_images_have_plain_names(compose, dockerfile):
    # A dot or colon before the first slash would be the name of a host.
    names = [one["image"] for one in compose["services"].values()]
    names = [re.sub(r"^\$\{\w+:-(.+)\}$", r"\1", name) for name in names]
    names += re.findall(r"(?m)^ARG \w+_IMAGE=(\S+)$", dockerfile)

    assert len(names) > 10
    assert [name for name in names if "/" in name and re.search(r"[.:]", name.split("/")[0])] == []


def test_the_image_has_its_stages_and_runs_as_nobody_in_particular(dockerfile):
    stages = re.findall(r"(?m)^FROM (\S+) AS (\w+)$", dockerfile)
    last = dockerfile[dockerfile.rindex("\nFROM ") :]

    assert stages == [
        ("${NODE_IMAGE}", "storefront"),
        ("${PYTHON_IMAGE}", "packages"),
        ("${PYTHON_IMAGE}", "mall"),
    ]
    assert re.findall(r"(?m)^USER (\S+)$", dockerfile) == re.findall(r"useradd .*--uid (\d+)", dockerfile) != []
    assert last.index("USER 10001") < last.index("collectstatic") < last.index("ENTRYPOINT")
    assert "PYTHONPATH=site:." in last
    assert "npm ci" in dockerfile
    assert "uv export --frozen --no-dev" in dockerfile
    assert "--require-hashes" in dockerfile
    assert "HEALTHCHECK" in last
    assert '"docs/deploy/alive.py"' in last


def test_whatever_the_image_copies_is_let_in_and_whatever_is_let_in_is_there(dockerfile):
    let_in = re.findall(r"(?m)^!(.+)$", (ROOT / ".dockerignore").read_text())
    copied = [
        word
        for line in re.findall(r"(?m)^COPY (?!--)(.+)$", dockerfile)
        for word in line.split()[:-1]
        if word not in {".", "./"}
    ]

    assert [name for name in let_in if not (ROOT / name).exists()] == []
    assert copied
    assert [one for one in copied if not any(one == name or one.startswith(f"{name}/") for name in let_in)] == []
    assert {"accounts", "api", "cms", "media", "search", "shop", "site", "tasks", "Procfile"} <= set(let_in)


def test_every_command_named_is_one_that_there_is(dockerfile):
    texts = [dockerfile, (ROOT / "Procfile").read_text(), (ROOT / "docs" / "deploy.md").read_text()]
    named = set(re.findall(r"manage\.py (\w+)", "\n".join(texts)))

    assert len(named) > 8
    assert named - set(get_commands()) == set()


def test_units_start_the_processes_of_the_procfile():
    backups = {"mall-backup.service", "mall-backup.timer"}
    assert {path.name for path in (DEPLOY / "systemd").iterdir()} == set(_UNITS) | backups
    for name, process in _UNITS.items():
        text = (DEPLOY / "systemd" / name).read_text()

        assert re.findall(r"(?m)^ExecStart=(.+)$", text) == [f"/srv/mall/docs/deploy/run.sh {process}"]
        assert "User=mall\n" in text
        if process != "release":
            assert "TimeoutStopSec=40\n" in text
            assert "Restart=always\n" in text


def test_the_backup_of_the_night_is_one_that_the_command_understands():
    timer = (DEPLOY / "systemd" / "mall-backup.timer").read_text()
    text = (DEPLOY / "systemd" / "mall-backup.service").read_text()
    (line,) = re.findall(r"(?m)^ExecStart=/srv/mall/docs/deploy/run.sh python manage.py (.+)$", text)
    command, *words = line.split()

    options = load_command_class("meiduo", command).create_parser("manage.py", command).parse_args(words)

    assert (command, options.place, options.keep) == ("backup", Path("/var/lib/mall/backups"), 14)
    assert "ReadWritePaths=/var/lib/mall\n" in text
    assert "User=mall\n" in text
    assert "Environment=DJANGO_SETTINGS_MODULE=meiduo.settings.production\n" in text
    assert "OnCalendar=" in timer
    assert "Persistent=true\n" in timer


@pytest.mark.parametrize("process", sorted(_PROCESSES))
def test_run_becomes_the_line_of_the_procfile(tmp_path, process):
    lines = "\n".join(f"{name}: echo became {name}; echo rest of {name}" for name in procfile())
    (tmp_path / "Procfile").write_text(lines + "\n")
    script = tmp_path / "docs" / "deploy" / "run.sh"
    script.parent.mkdir(parents=True)
    shutil.copy(DEPLOY / "run.sh", script)

    done = subprocess.run([script, process], capture_output=True, text=True, check=True)
    other = subprocess.run([script, "/bin/echo", "as", "given"], capture_output=True, text=True, check=True)

    assert done.stdout == f"became {process}\nrest of {process}\n"
    assert other.stdout == "as given\n"


def test_processes_take_the_place_of_the_shell():
    assert {name for name, line in procfile().items() if " exec " in line} == _PROCESSES - {"release"}


@pytest.fixture
def web():
    """A server that knows one host name, as Django does."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            good = self.path == "/livez" and self.headers["Host"] == "shop.example"
            self.send_response(200 if good else 400)
            self.end_headers()

        def log_message(self, format, *args):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("hosts", "code"), [("shop.example", 0), (".shop.example, other.example", 0), ("other.example", 1)]
)
def test_the_health_check_asks_by_the_name_of_the_shop(web, hosts, code):
    variables = {"PATH": os.environ["PATH"], "ALLOWED_HOSTS": hosts, "PORT": str(web)}

    assert subprocess.run([sys.executable, DEPLOY / "alive.py"], env=variables, check=False).returncode == code


def test_the_health_check_asks_at_the_door_for_probes_where_there_is_one(web, unused_port):
    variables = {
        "PATH": os.environ["PATH"],
        "ALLOWED_HOSTS": "shop.example",
        "PORT": str(unused_port),
        "PROBES_ADDRESS": f"127.0.0.1:{web}",
    }

    assert subprocess.run([sys.executable, DEPLOY / "alive.py"], env=variables, check=False).returncode == 0


def test_the_health_check_fails_where_nobody_listens(unused_port):
    variables = {"PATH": os.environ["PATH"], "ALLOWED_HOSTS": "shop.example", "PORT": str(unused_port)}

    assert subprocess.run([sys.executable, DEPLOY / "alive.py"], env=variables, check=False).returncode == 1


@pytest.fixture
def unused_port():
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = server.server_port
    server.server_close()
    return port


def test_nginx_appends_one_hop_and_says_the_scheme_itself(nginx, compose):
    headers = directives(nginx, "proxy_set_header")

    assert headers.count("X-Forwarded-For $proxy_add_x_forwarded_for") == 1
    assert sum(one.startswith("X-Forwarded-For") for one in headers) == 1
    assert "X-Forwarded-Proto $scheme" in headers
    assert "Host $host" in headers
    assert compose["services"]["web"]["environment"]["TRUSTED_PROXIES"] == "${TRUSTED_PROXIES:-1}"


def test_nginx_reaches_what_compose_starts(nginx, compose):
    hosts = re.findall(r"(?m)^\s+server (\w+):\d+;", nginx) + re.findall(r"proxy_pass http://(\w+):", nginx)

    assert set(hosts) == {"web", "files"} <= set(compose["services"])
    assert nginx.count("{") == nginx.count("}")


def test_nginx_lets_the_largest_upload_through(nginx):
    (most,) = directives(nginx, "client_max_body_size")

    allowed = int(most.removesuffix("m")) * 1024 * 1024
    assert allowed > max(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE, settings.WAGTAILDOCS_MAX_UPLOAD_SIZE) + 1024 * 1024


@pytest.mark.parametrize("secret", ["s" * 10 + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5bC7dE9fG1hxyz"])
def test_django_finds_nothing_to_say_about_production(tmp_path, secret):
    variables = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "meiduo.settings.production",
        "SECRET_KEY": secret,
        "JWT_SECRET_KEY": secret[::-1],
        "ALLOWED_HOSTS": "shop.example",
        "PUBLIC_URL": "https://shop.example",
        "DATABASE_URL": "postgres://mall@127.0.0.1/mall",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "TRUSTED_PROXIES": "1",
        "VAR_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"],
        env=variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


def test_every_row_of_the_threats_names_tests_that_exist_or_says_that_none_does():
    rows = re.findall(r"(?m)^\| (\d+) \| [^|]+ \| (.+) \|$", (ROOT / "docs" / "threats.md").read_text())

    assert [int(number) for number, _ in rows] == list(range(1, 61))
    for number, cell in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", cell)
        assert named or "*not yet*" in cell, number
        for file, name in named:
            path = Path(ROOT / file)
            assert path.exists(), file
            assert re.search(rf"(?m)^\s*def {name}\(", path.read_text()), f"{file}::{name}"
