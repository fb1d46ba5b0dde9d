"""What the internet gets to see, asked at the shop's own public addresses."""

import secrets
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from meiduo.env import env
from meiduo.parts import Finding, Level

#: Seconds for one answer.
PATIENCE = 5
LEAST_HSTS = 31_536_000


def examine_shop() -> Iterator[Finding]:
    address = f"{settings.PUBLIC_URL}/readyz"
    fix = "let DNS, firewall and proxy lead there; a certificate that browsers trust is needed"
    try:
        answer = httpx.get(address, timeout=PATIENCE, follow_redirects=False)
    except httpx.HTTPError as trouble:
        yield Finding(Level.BAD, f"{address} does not answer: {trouble or type(trouble).__name__}", fix)
        return
    ready = answer.status_code == 200
    yield Finding(
        Level.GOOD if ready else Level.BAD,
        f"{address} answers {answer.status_code}",
        "look at what it names as failing",
    )
    home = httpx.get(f"{settings.PUBLIC_URL}/", timeout=PATIENCE, follow_redirects=False)
    sent_on = (
        home.is_redirect and urljoin(settings.PUBLIC_URL, home.headers["location"]).rstrip("/") == settings.PUBLIC_URL
    )
    yield Finding(
        Level.BAD if sent_on or home.is_server_error else Level.GOOD,
        "the home page is sent on to itself" if sent_on else f"the home page answers {home.status_code}",
        "have the proxy set X-Forwarded-Proto, and count it in TRUSTED_PROXIES",
    )
    age = _max_age(home.headers.get("strict-transport-security", ""))
    yield Finding(
        Level.GOOD if age >= LEAST_HSTS else Level.BAD,
        f"browsers keep to https for {age // 86_400} days",
        "the proxy must pass Strict-Transport-Security on",
    )
    if urlsplit(settings.PUBLIC_URL).port is None:
        yield from _plain_http()


def _plain_http() -> Iterator[Finding]:
    plain = urlunsplit(urlsplit(f"{settings.PUBLIC_URL}/")._replace(scheme="http"))
    try:
        answer = httpx.get(plain, timeout=PATIENCE, follow_redirects=False)
    except httpx.HTTPError:
        yield Finding(Level.WARNING, f"{plain} does not answer", "send it on to https: people type it without")
        return
    safe = answer.is_redirect and answer.headers["location"].startswith("https://")
    yield Finding(
        Level.GOOD if safe else Level.BAD,
        f"{plain} {'is sent on to https' if safe else f'answers {answer.status_code} without https'}",
        "send every http address on to https in the proxy",
    )


def _max_age(header: str) -> int:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name.lower() == "max-age" and value.strip('"').isdigit():
            return int(value.strip('"'))
    return 0


def examine_files() -> Iterator[Finding]:
    word = secrets.token_hex(16).encode()
    name = default_storage.save("doctor/probe.txt", ContentFile(word))
    private = default_storage.save("documents/probe.txt", ContentFile(word))
    try:
        address = _public(name)
        try:
            answer = httpx.get(address, timeout=PATIENCE, follow_redirects=False)
            hidden = httpx.get(_public(private), timeout=PATIENCE, follow_redirects=False)
        except httpx.HTTPError as trouble:
            yield Finding(
                Level.BAD,
                f"{urlsplit(address).netloc} does not answer: {trouble or type(trouble).__name__}",
                "set MEDIA_PUBLIC_URL to where browsers reach the store",
            )
            return
    finally:
        default_storage.delete(name)
        default_storage.delete(private)
    same = answer.status_code == 200 and answer.content == word
    yield Finding(
        Level.GOOD if same else Level.BAD,
        f"a file that was just stored {'is there' if same else f'answers {answer.status_code}'}",
        "let anybody read single files of the bucket, or set MEDIA_PUBLIC_URL to where they are",
    )
    if same:
        shown = "attachment" not in answer.headers.get("content-disposition", "")
        yield Finding(
            Level.BAD if shown else Level.GOOD,
            f"what is no picture is {'shown' if shown else 'a download'}",
            "have the store keep Content-Disposition, or the proxy add it",
        )
    told = hidden.content == word
    yield Finding(
        Level.BAD if told else Level.GOOD,
        "documents are public to whoever has their address" if told else "documents are had through the mall alone",
        "refuse documents/ to everybody in the store's policy or the proxy; the mall hands them out at /documents/",
    )
    if env().media_url_s3:
        yield from _listing(address, name)


def _public(name: str) -> str:
    return urljoin(settings.PUBLIC_URL + "/", default_storage.url(name))


def _listing(address: str, name: str) -> Iterator[Finding]:
    """Whether a stranger gets the names of all files, which are what keeps them from being found."""
    answer = httpx.get(address.removesuffix(name), timeout=PATIENCE, follow_redirects=False)
    listed = answer.status_code == 200 and "ListBucketResult" in answer.text
    yield Finding(
        Level.BAD if listed else Level.GOOD,
        "anybody may list the bucket" if listed else "nobody may list the bucket",
        "take ListBucket away from everybody: random names are no secret once they are listed",
    )
