"""What is said of a Redis that does not answer as it should; never its password."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from pipeline.records import FoundBy, Link
from pipeline.urls import Url
from storage.redis.connection import Keyspace, StoreUnavailable, connect
from storage.redis.errors import place_of
from storage.redis.frontier import Frontier
from storage.redis.ledger import Ledger
from tests.support.no_archive import no_archive
from tests.support.servers.redis_server import PASSWORD, RedisServer, redis_server

LINK = Link(url=Url("http://a.example/1"), source="harbour", found_by=FoundBy.FEED)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as running:
        yield running


def said(url: str) -> str:
    """The end of the sentence, which begins with the place."""
    client = connect(url, patience=0.5)
    with pytest.raises(redis.RedisError) as raised:
        client.ping()
    words = str(raised.value)
    assert PASSWORD not in words
    begin = f"Redis at {place_of(url)} "
    assert words.startswith(begin)
    return words.removeprefix(begin)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://user:secret@redis.example:6379/2", "redis://redis.example:6379/2"),
        ("rediss://:se@cret@redis.example/0?password=secret", "rediss://redis.example/0"),
        ("unix://:secret@/run/redis.sock?db=1", "unix:///run/redis.sock"),
    ],
)
def test_a_place_has_no_password(url: str, place: str) -> None:
    assert place_of(url) == place


def test_no_server(tmp_path: Path) -> None:
    assert said(f"redis://:{PASSWORD}@127.0.0.1:1/0") == "refuses the connection: is it running?"
    assert said(f"unix://{tmp_path}/none.sock") == "is not there: is it running?"
    assert said("redis://none.invalid:6379/0") == (
        "cannot be found: the name none.invalid is not known"
    )


def test_a_server_that_hangs(hanging_port: int) -> None:
    started = time.monotonic()
    assert said(f"redis://:{PASSWORD}@127.0.0.1:{hanging_port}/0") == "does not answer within 0.5 s"
    assert time.monotonic() - started < 1.5


def test_passwords(server: RedisServer) -> None:
    at = f"127.0.0.1:{server.port}/0"
    assert said(f"redis://{at}") == "wants a password: set NEWSLOOM_REDIS_PASSWORD"
    refused = (
        "refuses the password: correct NEWSLOOM_REDIS_PASSWORD"
        " (or NEWSLOOM_REDIS_URL, where that has it)"
    )
    assert said(f"redis://:wrong@{at}") == refused
    assert said(f"redis://nobody:wrong@{at}") == refused
    with connect(server.url) as client:
        client.config_set("requirepass", "")
        client.acl_setuser("default", enabled=True, nopass=True)
    with connect(f"redis://{at}") as client:
        assert client.ping()


def test_a_server_that_is_full(server: RedisServer) -> None:
    client = connect(server.url)
    client.config_set("maxmemory", "1")
    full = rf"Redis at redis://127\.0\.0\.1:{server.port}/0 is full \(maxmemory\) and cannot write"
    with pytest.raises(redis.ResponseError, match=full):
        client.set("a", "b")
    keyspace = Keyspace(client, "x")
    with pytest.raises(StoreUnavailable, match=full):
        Frontier(keyspace, Ledger(keyspace, no_archive), lease_seconds=1).accept([LINK])


def test_a_command_that_is_wrong_is_no_fault_of_the_server(redis_url: str) -> None:
    with pytest.raises(redis.ResponseError, match=r"^(?!Redis at )"):
        connect(redis_url).eval("return redis.call('NO_SUCH')", 0)
