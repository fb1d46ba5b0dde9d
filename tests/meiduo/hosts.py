"""Web hosts on one machine, behind an nginx of their own with the configuration that is shipped."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import httpx
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from kernel.redis_address import next_database
from tests.faults.consumers import ROOT, eventually
from tests.faults.redis_servers import ports

SHOP = "shop.example"
_HOST = ("--workers", "1", "--blocking-threads", "4", "--no-ws", "--no-log")
NGINX_CONF = ROOT / "docs" / "deploy" / "nginx.conf"


def nginx_program() -> str | None:
    """This machine's nginx, if it has one; /usr/sbin is not on everybody's path."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def certificate(folder: Path) -> None:
    """What nginx.conf wants to find in its folder for certificates."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, SHOP)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(SHOP)]), False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class Hosts:
    """So many web hosts, each with files of its own, that share a database, a Redis and their secrets."""

    def __init__(self, folder: Path, *, count: int, database: str, redis_url: str) -> None:
        self.folder = folder
        self.tls, self.plain, *self.ports = ports(2 + count)
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        self.nginx: subprocess.Popen[bytes] | None = None
        self._database = database
        self._redis_url = redis_url

    # -- the hosts

    def start(self, number: int) -> None:
        """This host answers."""
        base = urlsplit(os.environ["DATABASE_URL"])
        # The database tells whose connection one is, and waits for rows as long as a slow machine needs.
        query = f"application_name=host-{number}&options={quote('-c lock_timeout=120000')}"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PGPASSWORD") if name in os.environ}
        surroundings = kept | {
            "DJANGO_SETTINGS_MODULE": "tests.meiduo.hosts_settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
            "DATABASE_URL": urlunsplit(base._replace(path=f"/{self._database}", query=query)),
            "REDIS_URL": self._redis_url,
            "VAR_DIR": str(self.folder / f"host-{number}"),
            "SECRET_KEY": settings.SECRET_KEY + "of many hosts",
            "JWT_SECRET_KEY": settings.JWT_SECRET_KEY + "of many hosts",
            "ALLOWED_HOSTS": SHOP,
            "PUBLIC_URL": f"https://{SHOP}",
            "CSRF_TRUSTED_ORIGINS": f"https://{SHOP}:{self.tls}",
            "TRUSTED_PROXIES": "1",
            "SMS_CAPTCHA": "off",
        }
        words = ("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.ports[number]))
        with (self.folder / f"host-{number}.log").open("ab") as log:
            self.processes[number] = subprocess.Popen(
                [sys.executable, *words, *_HOST, "meiduo.wsgi:application"],
                cwd=ROOT,
                env=surroundings,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        eventually(lambda: self._lives(number), within=180, why=self.log(f"host-{number}")[-3000:])

    def _lives(self, number: int) -> bool:
        with suppress(httpx.HTTPError), self.host(number) as one:
            return one.get("/livez").status_code == 200
        return False

    def kill(self, number: int) -> None:
        """The host is gone in the middle of whatever it does."""
        process = self.processes.pop(number)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)

    def host(self, number: int, address: str = "198.51.100.7") -> httpx.Client:
        """Somebody at this address, as nginx hands him on to this one host."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.ports[number]}",
            headers={"Host": SHOP, "X-Forwarded-Proto": "https", "X-Forwarded-For": address},
            timeout=120,
        )

    # -- nginx

    def start_nginx(self, **changed: str) -> None:
        """The shipped configuration, with this machine's ports and folders, and then ``changed``."""
        program = nginx_program()
        if program is None:
            raise RuntimeError("nginx is nowhere: install nginx-light")
        home = self.folder / "nginx"
        home.mkdir(exist_ok=True)
        certificate(home)
        text = rendered(home, web=self.ports, plain=self.plain, tls=self.tls)
        for old, new in changed.items():
            assert old in text, old
            text = text.replace(old, new)
        (home / "nginx.conf").write_text(text)
        with (home / "out.log").open("ab") as log:
            self.nginx = subprocess.Popen(
                [
                    *(program, "-p", str(home), "-e", str(home / "error.log")),
                    *("-c", str(home / "nginx.conf"), "-g", "daemon off;"),
                ],
                stdout=log,
                stderr=log,
            )
        eventually(self._nginx_lives, within=60, why=(home / "out.log").read_text()[-2000:])

    def _nginx_lives(self) -> bool:
        with suppress(httpx.HTTPError), self.visitor() as one:
            return one.get("/livez").status_code < 500
        return False

    def stop_nginx(self) -> None:
        if self.nginx is not None:
            self.nginx.terminate()
            self.nginx.wait(60)
            self.nginx = None

    def visitor(self, address: str = "127.0.0.1", **headers: str) -> httpx.Client:
        """Somebody on the way through nginx, from one of this machine's own addresses."""
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.tls}",
            headers={"Host": SHOP, **{name.replace("_", "-"): value for name, value in headers.items()}},
            transport=httpx.HTTPTransport(verify=False, local_address=address),
            timeout=120,
        )

    # -- the end

    def log(self, name: str = "host-") -> str:
        """What the hosts wrote."""
        return "".join(path.read_text() for path in sorted(self.folder.glob(f"{name}*.log")))

    def end(self) -> None:
        self.stop_nginx()
        for number in [*self.processes]:
            self.kill(number)
        # Nobody worked off what the hosts queued.
        with redis.Redis.from_url(next_database(self._redis_url)) as queue:
            queue.flushdb()


def rendered(home: Path, *, web: list[int], plain: int, tls: int) -> str:
    """docs/deploy/nginx.conf for an instance of a test: only addresses, ports and folders are others."""
    text = NGINX_CONF.read_text()
    servers = " ".join(f"server 127.0.0.1:{port};" for port in web)
    for old, new in (
        (r"server web:8000;", servers),
        (r"http://files:8333/", "http://127.0.0.1:9/"),
        (r"/etc/nginx/certs/", f"{home}/"),
        (r"(?m)^\s*listen \[::\].*\n", ""),
        (r"listen 80 ", f"listen 127.0.0.1:{plain} "),
        (r"listen 443 ", f"listen 127.0.0.1:{tls} "),
        # A test's nginx is nobody's service: two processes, files in its own folder.
        (r"worker_processes auto;", "worker_processes 2;"),
        (r"/dev/std(out|err)", f"{home}/std\\1.log"),
    ):
        text, times = re.subn(old, new, text)
        assert times, old
    folders = "".join(
        f"    {kind}_temp_path {home}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = text.replace("http {\n", f"http {{\n{folders}", 1)
    # Root's nginx would hand its files to somebody who may not enter this folder.
    user = "user root;\n" if os.geteuid() == 0 else ""
    return f"pid {home}/nginx.pid;\n{user}{text}"


@contextmanager
def ending(hosts: Hosts) -> Iterator[Hosts]:
    """Nothing of them runs at the end."""
    try:
        yield hosts
    finally:
        hosts.end()
