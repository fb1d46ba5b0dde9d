"""Where Redis is, read from its URL."""

import pytest

from kernel.redis_address import Kind, address_of, next_database


def test_sentinels_are_read_with_passwords_names_and_database():
    read = address_of(
        "sentinel://shop:s%3Ae%2Fc%40ret@s1:26380,s2,[::1]:26381/my%2Dmaster/3?sentinel_username=w&sentinel_password=p%26"
    )

    assert read.kind is Kind.SENTINEL
    assert read.hosts == (("s1", 26380), ("s2", 26379), ("::1", 26381))
    assert (read.service, read.database) == ("my-master", 3)
    assert (read.username, read.password) == ("shop", "s:e/c@ret")
    assert (read.sentinel_username, read.sentinel_password) == ("w", "p&")
    assert not read.tls
    assert read.is_replicated


def test_a_cluster_is_read_from_some_of_its_nodes():
    read = address_of("cluster+tls://:secret@h1:7000,h2:7001")

    assert (read.kind, read.hosts, read.password, read.tls) == (
        Kind.CLUSTER,
        (("h1", 7000), ("h2", 7001)),
        "secret",
        True,
    )


@pytest.mark.parametrize(
    ("url", "next_"),
    [
        ("redis://host:6379/0", "redis://host:6379/1"),
        ("redis://:p@host", "redis://:p@host/1"),
        ("rediss://host/7?ssl_cert_reqs=none", "rediss://host/8?ssl_cert_reqs=none"),
        ("unix:///run/redis.sock?db=2", "unix:///run/redis.sock?db=3"),
        ("sentinel://:p@s1:1,s2:2/mymaster/0", "sentinel://:p@s1:1,s2:2/mymaster/1"),
        ("sentinel://s1/mymaster?sentinel_password=x", "sentinel://s1/mymaster/1?sentinel_password=x"),
    ],
)
def test_the_queue_has_the_next_database_of_the_same_servers(url, next_):
    assert next_database(url) == next_


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://host", "is not a Redis address"),
        ("host:6379", "is not a Redis address"),
        ("redis+tls://host", "is not a Redis address"),
        ("redis://host/mall", "not the number"),
        ("sentinel://s1:26379", "names what the Sentinels watch"),
        ("sentinel://s1/mymaster/x", "not the number"),
        ("sentinel://s1/mymaster/0?password=x", "has no option password"),
        ("sentinel:///mymaster", "names no host"),
        ("sentinel://s1:port/mymaster", "not a host with a port"),
        ("cluster://h1:99999", "not a host with a port"),
        ("cluster://h1/1", "one database only"),
        ("cluster://h1?db=1", "no options"),
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(url, said):
    with pytest.raises(ValueError, match=said):
        address_of(url)


def test_a_cluster_has_no_next_database():
    with pytest.raises(ValueError, match="one database only"):
        next_database("cluster://h1:7000")
