"""Where Redis is, read from one URL: a server, the primary that Sentinels name, or a Cluster.

``redis://``, ``rediss://`` and ``unix://`` are redis-py's own. Beside them

- ``sentinel://:password@s1:26379,s2:26379,s3:26379/mymaster/0``: the Sentinels, the name of what they watch, and the
  number of the database. The password is the servers'; that of the Sentinels is ``?sentinel_password=…`` (and
  ``&sentinel_username=…``).
- ``cluster://:password@h1:7000,h2:7001``: some nodes of a Cluster, which tell of the others.

``sentinel+tls://`` and ``cluster+tls://`` speak TLS to all of them.
"""

import enum
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

SENTINEL_PORT = 26379
CLUSTER_PORT = 6379
_MOST_PORT = 65535
_SENTINEL_OPTIONS = frozenset({"sentinel_username", "sentinel_password"})


class Kind(enum.Enum):
    """How its primary is found."""

    SERVER = "server"
    SENTINEL = "sentinel"
    CLUSTER = "cluster"


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """One Redis, whatever it is made of. ``url`` is all there is to a single server: redis-py reads that itself."""

    kind: Kind
    url: str
    hosts: tuple[tuple[str, int], ...] = ()
    #: The name under which Sentinels watch the primary.
    service: str = ""
    database: int = 0
    username: str = ""
    password: str = ""
    sentinel_username: str = ""
    sentinel_password: str = ""
    tls: bool = False

    @property
    def is_replicated(self) -> bool:
        """Whether another server takes over when one dies, and may lack what was written last."""
        return self.kind is not Kind.SERVER


def address_of(url: str) -> RedisAddress:
    """Read a Redis URL. Raises: ValueError, saying what is wrong with it; the password is not in the text."""
    scheme, _separator, _rest = url.partition("://")
    name, _plus, transport = scheme.partition("+")
    if name in ("redis", "rediss", "unix") and not transport:
        return RedisAddress(Kind.SERVER, url, database=_database_of_server(url))
    if name not in ("sentinel", "cluster") or transport not in ("", "tls"):
        raise ValueError(
            f"{scheme or 'nothing'}:// is not a Redis address: redis://, rediss://, unix://, sentinel://, "
            "sentinel+tls://, cluster:// or cluster+tls:// are"
        )
    return _sentinel(url, tls=bool(transport)) if name == "sentinel" else _cluster(url, tls=bool(transport))


def next_database(url: str) -> str:
    """The same servers, one database further.

    Raises: ValueError for a Cluster, which has one database only.
    """
    address = address_of(url)
    if address.kind is Kind.CLUSTER:
        raise ValueError("a Redis Cluster has one database only")
    parts = urlsplit(url)
    if parts.scheme == "unix":
        options = dict(parse_qsl(parts.query)) | {"db": str(address.database + 1)}
        return f"unix://{parts.netloc}{parts.path}?{urlencode(options)}"
    service = f"/{quote(address.service, safe='')}" if address.kind is Kind.SENTINEL else ""
    return urlunsplit(parts._replace(path=f"{service}/{address.database + 1}"))


def _database_of_server(url: str) -> int:
    parts = urlsplit(url)
    path = dict(parse_qsl(parts.query)).get("db", "0") if parts.scheme == "unix" else parts.path.strip("/")
    if path and not path.isdecimal():
        raise ValueError(f"/{path} is not the number of a Redis database")
    return int(path or 0)


def _sentinel(url: str, *, tls: bool) -> RedisAddress:
    parts = urlsplit(url)
    service, _slash, number = parts.path.strip("/").partition("/")
    if not service:
        raise ValueError(
            "a sentinel:// address names what the Sentinels watch: sentinel://s1:26379,s2:26379/mymaster/0"
        )
    if number and not number.isdecimal():
        raise ValueError(f"/{number} is not the number of a Redis database")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := set(options) - _SENTINEL_OPTIONS:
        raise ValueError(f"a sentinel:// address has no option {', '.join(sorted(unknown))}")
    username, password, hosts = _authority(parts.netloc, SENTINEL_PORT)
    return RedisAddress(
        Kind.SENTINEL,
        url,
        hosts=hosts,
        service=unquote(service),
        database=int(number or 0),
        username=username,
        password=password,
        sentinel_username=options.get("sentinel_username", ""),
        sentinel_password=options.get("sentinel_password", ""),
        tls=tls,
    )


def _cluster(url: str, *, tls: bool) -> RedisAddress:
    parts = urlsplit(url)
    if parts.path.strip("/") not in ("", "0"):
        raise ValueError("a Redis Cluster has one database only: a cluster:// address ends with its hosts")
    if parts.query:
        raise ValueError("a cluster:// address has no options")
    username, password, hosts = _authority(parts.netloc, CLUSTER_PORT)
    return RedisAddress(Kind.CLUSTER, url, hosts=hosts, username=username, password=password, tls=tls)


def _authority(netloc: str, port: int) -> tuple[str, str, tuple[tuple[str, int], ...]]:
    """User, password and hosts; ``urlsplit`` knows one host only."""
    credentials, _at, listed = netloc.rpartition("@")
    username, _colon, password = credentials.partition(":")
    hosts = tuple(_host(one.strip(), port) for one in listed.split(",") if one.strip())
    if not hosts:
        raise ValueError("the Redis address names no host")
    return unquote(username), unquote(password), hosts


def _host(text: str, port: int) -> tuple[str, int]:
    # [::1]:26379 is how an IPv6 address stands in a URL.
    name, colon, number = text.rpartition(":")
    if not colon or text.endswith("]"):
        name, number = text, str(port)
    if not name or not number.isdecimal() or not 0 < int(number) <= _MOST_PORT:
        raise ValueError(f"{text} is not a host with a port")
    return name.strip("[]"), int(number)
