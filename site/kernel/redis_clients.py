"""The one place where clients of Redis are made, for whatever its address names.

A client is made once for each process and address, and asked from all its threads. Behind Sentinels every command,
reads too, goes to the primary: a limit, a code or a version read from a replica may be older than what this process
has just written. A client retries nothing by itself: during a failover commands fail at once, so that limits stay
closed and no thread waits, and the next command asks the Sentinels anew.
"""

import threading
from collections.abc import Mapping
from typing import Any, cast

from django_redis.client import DefaultClient
from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelConnectionPool

from kernel.redis_address import Kind, RedisAddress, address_of
from kernel.redis_outage import connection_class_of

#: Seconds for a connection to a Sentinel and for its answer: the next one is asked after it.
SENTINEL_TIMEOUT = 0.5
#: Milliseconds that a write may take to its first replica.
REPLICA_WAIT = 500

_clients: dict[tuple[str, float, float], Any] = {}
_making = threading.Lock()


def client_of(url: str, *, connect_timeout: float = 1, timeout: float = 2) -> Any:
    """This process's client for that address: ``Redis``, or ``RedisCluster``.

    Units: seconds. Raises: what redis-py raises when a Cluster cannot be asked for its nodes; the others connect later.
    """
    key = (url, connect_timeout, timeout)
    with _making:
        if key not in _clients:
            address = address_of(url)
            _clients[key] = (
                _cluster(address, connect_timeout, timeout)
                if address.kind is Kind.CLUSTER
                else Redis(connection_pool=pool_of(address, connect_timeout=connect_timeout, timeout=timeout))
            )
        return _clients[key]


def pool_of(address: RedisAddress, *, connect_timeout: float, timeout: float) -> ConnectionPool:
    """Connections to the server, or to whichever server the Sentinels name as the primary.

    Raises: ValueError for a Cluster, whose nodes have a pool each.
    """
    waits: dict[str, Any] = {"socket_connect_timeout": connect_timeout, "socket_timeout": timeout}
    if address.kind is Kind.SERVER:
        return ConnectionPool.from_url(address.url, connection_class=connection_class_of(address.url), **waits)
    if address.kind is Kind.CLUSTER:
        raise ValueError("a Redis Cluster has no single pool of connections")
    pool: Any = SentinelConnectionPool
    return cast(
        ConnectionPool,
        pool(
            address.service,
            sentinels_of(address),
            db=address.database,
            ssl=address.tls,
            # A server that the Sentinels still name, but that is none any more, is noticed before it is used.
            check_connection=True,
            **_credentials(address.username, address.password),
            **waits,
        ),
    )


def sentinels_of(address: RedisAddress) -> Any:
    """The Sentinels, asked one after the other until one knows the primary."""
    manager: Any = Sentinel
    return manager(
        address.hosts,
        sentinel_kwargs={
            "socket_connect_timeout": SENTINEL_TIMEOUT,
            "socket_timeout": SENTINEL_TIMEOUT,
            # A machine with a dead Sentinel costs one try, not redis-py's ten.
            "retry": Retry(NoBackoff(), 0),
            "ssl": address.tls,
            **_credentials(address.sentinel_username, address.sentinel_password),
        },
    )


def _cluster(address: RedisAddress, connect_timeout: float, timeout: float) -> RedisCluster:
    node: Any = ClusterNode
    return RedisCluster(
        startup_nodes=[node(host, port) for host, port in address.hosts],
        # One try more: a node that moved or died is found in the topology that was read anew after the first.
        retry=Retry(NoBackoff(), 1),
        ssl=address.tls,
        socket_connect_timeout=connect_timeout,
        socket_timeout=timeout,
        **_credentials(address.username, address.password),
    )


def _credentials(username: str, password: str) -> dict[str, Any]:
    return {"username": username or None, "password": password or None}


def primaries_of(client: Any) -> Mapping[str, Redis]:
    """Every server that takes writes, by its address: one, or each primary of a Cluster."""
    if not isinstance(client, Redis):
        return {str(node.name): client.get_redis_connection(node) for node in client.get_primaries()}
    connection = client.connection_pool.get_connection()
    try:
        place = getattr(connection, "path", "") or f"{connection.host}:{connection.port}"
    finally:
        client.connection_pool.release(connection)
    return {place: client}


def replicas_of(server: Redis) -> int:
    """How many replicas follow this server. One that still loads its first copy is none yet."""
    told: dict[str, Any] = cast(Any, server.info("replication"))
    return sum(
        isinstance(one, dict) and one.get("state") == "online"
        for name, one in told.items()
        if name.startswith("slave") and name[5:].isdecimal()
    )


# -- what django-redis needs to know


class Factory:
    """Gives django-redis the clients of this module; ``CONNECTION_FACTORY``."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._waits = {
            "connect_timeout": float(options.get("SOCKET_CONNECT_TIMEOUT", 1)),
            "timeout": float(options.get("SOCKET_TIMEOUT", 2)),
        }

    def connect(self, url: str) -> Any:
        return client_of(url, **self._waits)

    def disconnect(self, connection: Any) -> None:
        connection.close()


class SentinelCacheClient(DefaultClient):
    """The cache on the primary that Sentinels name. django-redis' own class reads from replicas, which lag."""

    def __init__(self, server: str, params: dict[str, Any], backend: Any) -> None:
        # One address with commas, not several.
        super().__init__([server], params, backend)

    def on_a_replica(self, key: str) -> bool:
        """Wait until what was written under this key is on a replica; True where there is no replica to wait for.

        For what must not come undone when a replica takes over. WAIT speaks of its own connection's writes only, so
        another key of the same slot is written on it: replicas take over everything in its order.
        """
        name = self.make_key(key)
        server = self._primary(name)
        if not replicas_of(server):
            return True
        with server.pipeline(transaction=False) as both:
            both.set(f"{{{name}}}:replicated", 1, px=10_000)
            both.wait(1, REPLICA_WAIT)
            return int(both.execute()[-1]) > 0

    def _primary(self, name: str) -> Redis:
        return cast(Redis, self.get_client(write=True))


class ClusterCacheClient(SentinelCacheClient):
    """The cache on a Redis Cluster: what reads many keys asks each of their nodes."""

    def get_many(self, keys: Any, version: int | None = None, client: Any = None) -> dict[str, Any]:
        names = {self.make_key(key, version=version): key for key in keys}
        if not names:
            return {}
        cluster = client or self.get_client(write=False)
        found = cluster.mget_nonatomic(list(names))
        return {names[name]: self.decode(value) for name, value in zip(names, found, strict=True) if value is not None}

    def _primary(self, name: str) -> Redis:
        cluster: Any = self.get_client(write=True)
        return cast(Redis, cluster.get_redis_connection(cluster.get_node_from_key(str(name))))
