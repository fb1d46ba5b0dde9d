"""What is asked of every Redis, whatever it is made of: a server, Sentinels or a Cluster."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kernel.redis_address import Kind, RedisAddress, address_of
from meiduo.parts import Finding, Level

if TYPE_CHECKING:
    from redis import Redis

_NAMES = {Kind.SERVER: "Redis", Kind.SENTINEL: "Redis by Sentinel", Kind.CLUSTER: "Redis Cluster"}


def name_of(url: str) -> str:
    """What stands behind this address, for people; empty for an empty one."""
    return _NAMES[address_of(url).kind] if url else ""


def primaries(url: str) -> "Mapping[str, Redis]":
    """Each server that takes writes, by what its findings begin with: nothing for a single server."""
    # Imported here: without a Redis nothing of it is needed.
    from kernel.redis_clients import client_of, primaries_of

    found = primaries_of(client_of(url))
    return {f"{name}: " if address_of(url).is_replicated else "": server for name, server in found.items()}


def of_servers(url: str) -> Iterator[Finding]:
    """Its version, and whether another server would take over."""
    from kernel.redis_clients import replicas_of

    address = address_of(url)
    for place, server in primaries(url).items():
        yield Finding(Level.GOOD, f"{place}Redis {server.info('server')['redis_version']}")
        if address.is_replicated:
            replicas = replicas_of(server)
            yield Finding(
                Level.GOOD if replicas else Level.WARNING,
                f"{place}{replicas} replicas",
                "start a replica: nothing takes over when this server dies",
            )
    if address.kind is Kind.SENTINEL:
        yield _sentinels(address)


def _sentinels(address: RedisAddress) -> Finding:
    """How many of the Sentinels answer and name a primary; a majority must, or nobody is ever promoted."""
    from redis.exceptions import RedisError

    from kernel.redis_clients import sentinels_of

    manager: Any = sentinels_of(address)
    answering = 0
    for sentinel in manager.sentinels:
        try:
            state: Any = sentinel.sentinel_masters().get(address.service)
        except RedisError:
            # Counted by not being counted.
            continue
        answering += bool(state and manager.check_master_state(state, address.service))
    listed = len(address.hosts)
    level = Level.GOOD if answering == listed else Level.WARNING if 2 * answering > listed else Level.BAD
    return Finding(
        level,
        f"{answering} of {listed} Sentinels know the primary of {address.service}",
        "start the Sentinels that are missing: without a majority no replica takes over",
    )
