"""The commands of the deployment files, run without containers: production settings on engines of their own.

What compose or systemd would start is started here through the same ``run.sh``, in the same order, with the variables
that they would give; the doctor then looks at it from inside and, through TLS, from outside.
"""

import http.client
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from meiduo.env import ROOT
from tests.faults.consumers import eventually
from tests.faults.private_postgres import free_port, private_postgres
from tests.faults.private_redis import private_redis

pytestmark = [pytest.mark.fault, pytest.mark.postgres, pytest.mark.redis, pytest.mark.enable_socket]

DEPLOY = ROOT / "docs" / "deploy"
SECRET = "b7f0c1d94e2a8365" * 4
#: Seconds for one command, on a machine that has other work.
PATIENCE = 600


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that only those who are told of it trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / "key.pem"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pem, private


class _Tls(BaseHTTPRequestHandler):
    """What nginx.conf makes of a request: one hop appended, the scheme said."""

    upstream = 0
    protocol_version = "HTTP/1.0"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        given = {name: value for name, value in self.headers.items() if name.lower() not in {"connection"}}
        hops = [*filter(None, [self.headers.get("X-Forwarded-For")]), self.client_address[0]]
        given |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": ", ".join(hops)}
        web = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=30)
        try:
            web.request(self.command, self.path, body, given)
            answer = web.getresponse()
            text = answer.read()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)
        finally:
            web.close()

    do_GET = do_POST = do_HEAD = _pass

    def log_message(self, format, *args):
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Who asked has gone; the tests look at answers."""


class Shop:
    """The processes, as a machine of systemd's would run them."""

    def __init__(self, folder: Path, variables: dict[str, str], port: int) -> None:
        self.folder, self.variables, self.port = folder, variables, port
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command in the shop's surroundings, to its end."""
        return subprocess.run(
            words, cwd=ROOT, env=self.variables, capture_output=True, text=True, check=False, timeout=PATIENCE
        )

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "manage.py", *words)

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """A process of the Procfile, by its name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [DEPLOY / "run.sh", name],
                cwd=ROOT,
                env=self.variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes[name] = process
        return process

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def alive(self) -> bool:
        """What the image's health check says."""
        return self.run(sys.executable, str(DEPLOY / "alive.py")).returncode == 0

    def ready(self) -> dict[str, object]:
        answer = httpx.get(f"http://127.0.0.1:{self.port}/readyz", headers={"Host": "localhost"}, timeout=30)
        return answer.json() | {"code": answer.status_code}

    def end(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Released, with one web process, one worker, and TLS before it."""
    folder = tmp_path_factory.mktemp("production")
    certificate, key = _certificate(folder)
    port = free_port()
    proxy = _Server(("127.0.0.1", 0), type("Tls", (_Tls,), {"upstream": port}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    proxy.socket = context.wrap_socket(proxy.socket, server_side=True)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    mail = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    mail.start()
    (folder / "cache").mkdir()
    (folder / "queue").mkdir()
    with (
        private_postgres() as database,
        private_redis(folder / "cache") as cache,
        private_redis(folder / "queue") as queue,
    ):
        cache.client().config_set("maxmemory", "64mb")
        cache.client().config_set("maxmemory-policy", "allkeys-lru")
        queue.client().config_set("appendonly", "yes")
        queue.client().config_set("maxmemory-policy", "noeviction")
        variables = {
            # As the units set it: the environment's programs first.
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "meiduo.settings.production",
            "VAR_DIR": str(folder / "var"),
            "SECRET_KEY": SECRET,
            "JWT_SECRET_KEY": SECRET[::-1],
            "ALLOWED_HOSTS": "localhost",
            "PUBLIC_URL": f"https://localhost:{proxy.server_port}",
            "CSRF_TRUSTED_ORIGINS": f"https://localhost:{proxy.server_port}",
            "TRUSTED_PROXIES": "1",
            "DATABASE_URL": database.url,
            "REDIS_URL": cache.url,
            "HUEY_REDIS_URL": queue.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
            "SMS_VENDORS": "yunpian",
            "YUNPIAN_APIKEY": "k" * 32,
            "METRICS_TOKEN": SECRET[:40],
            "LOG_FORMAT": "json",
            "PORT": str(port),
            "WEB_WORKERS": "2",
            "WEB_THREADS": "2",
            "HUEY_WORKERS": "2",
            "SSL_CERT_FILE": str(certificate),
        }
        one = Shop(folder, variables, port)
        try:
            released = one.run(str(DEPLOY / "run.sh"), "release")
            assert released.returncode == 0, released.stdout[-3000:] + released.stderr[-3000:]
            one.start("web")
            one.start("worker")
            eventually(one.alive, within=180, why="web does not live")
            yield one
        finally:
            one.end()
            proxy.shutdown()
            proxy.server_close()
            mail.stop()


def bad(said: str) -> list[str]:
    """What the doctor marks as bad."""
    return re.findall(r"(?m)^  ✗ (.+)$", said)


def test_the_shop_is_ready_with_all_of_its_parts(shop: Shop) -> None:
    answer = eventually(lambda: (one := shop.ready())["status"] == "ready" and one, within=180, why=str(shop.ready()))

    assert answer["code"] == 200
    assert answer["failing"] == []
    assert answer["parts"]["database"]["engine"] == "PostgreSQL"
    assert answer["parts"]["queue"]["engine"] == "Redis"


def test_django_has_nothing_to_say_about_the_deployment(shop: Shop) -> None:
    done = shop.manage("check", "--deploy", "--fail-level", "INFO")

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


def test_the_doctor_names_what_is_left_to_do_before_buyers_come_and_nothing_else(shop: Shop) -> None:
    eventually(lambda: shop.ready()["status"] == "ready", within=180)

    done = shop.manage("doctor", "--deploy")

    # This machine has no domain, nobody was made administrator, and the storefront's build is another test's.
    expected = {
        f"PUBLIC_URL is {shop.variables['PUBLIC_URL']}",
        "0 administrators",
        "the storefront is not built: buyers can read, but not buy",
    }
    # Where a developer has built it, there is one thing less.
    assert expected - {"the storefront is not built: buyers can read, but not buy"} <= set(bad(done.stdout)) <= expected
    assert done.returncode == 1
    assert "✓ lock_timeout is 3 s" in done.stdout
    assert "✓ two servers" in done.stdout
    assert "✓ browsers keep to https for 365 days" in done.stdout
    assert "✓ a file that was just stored is there" in done.stdout
    assert "✓ documents are had through the mall alone" in done.stdout
    assert done.stdout.count("→") >= len(bad(done.stdout))
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN has 5 characters"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY has 1 different characters"),
        ({"JWT_SECRET_KEY": "change-me-" + SECRET}, "JWT_SECRET_KEY looks copied from an example"),
        ({"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES is 0"),
        ({"ALLOWED_HOSTS": "www.other.cn"}, "ALLOWED_HOSTS is www.other.cn"),
        ({"CORS_ORIGINS": "http://shop.example"}, "origins without https: http://shop.example"),
        ({"EMAIL_URL": ""}, "messages are files in"),
        ({"SMS_VENDORS": ""}, "no vendor sends codes"),
        ({"WEB_WORKERS": "40"}, "this machine's processes keep up to 84 connections of 60"),
        ({"DJANGO_SETTINGS_MODULE": "meiduo.settings.dev"}, "DJANGO_SETTINGS_MODULE is meiduo.settings.dev"),
    ],
)
def test_the_doctor_finds_each_thing_that_is_not_as_it_must_be(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], named: str
) -> None:
    monkeypatch.setattr(shop, "variables", shop.variables | changes)

    done = shop.manage("doctor", "--deploy")

    assert any(one.startswith(named) for one in bad(done.stdout)), done.stdout + done.stderr
    assert done.returncode == 1


def test_a_release_beside_running_processes_changes_nothing_for_them(shop: Shop) -> None:
    before = {name: process.pid for name, process in shop.processes.items()}

    again = shop.run(str(DEPLOY / "run.sh"), "release")

    assert again.returncode == 0, again.stderr[-3000:]
    assert shop.alive()
    assert {name: process.pid for name, process in shop.processes.items() if process.poll() is None} == before


def test_term_ends_each_process_in_its_time_and_with_nothing_to_complain_of(shop: Shop) -> None:
    for name in ("worker", "web"):
        process = shop.processes[name]
        # As systemd and containers do: to the process that run.sh became.
        process.send_signal(signal.SIGTERM)
        # 40 seconds are what the units and compose.yaml grant.
        assert process.wait(40) == 0, shop.log(name)[-3000:]
        assert "Traceback" not in shop.log(name)
        assert SECRET not in shop.log(name)
