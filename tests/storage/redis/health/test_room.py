"""What is said of a real Redis that has no room."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from storage.redis.connection import Keyspace, connect
from storage.redis.health.room import cannot_write, nearly_full
from tests.support.servers.redis_server import redis_server
from tests.support.world import wait_until


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Keyspace]:
    with redis_server(tmp_path / "redis") as server:
        keyspace = Keyspace(connect(server.url), "test")
        # So that what the connections need is a small part.
        keyspace.client.setrange(f"{keyspace.prefix}ballast", 50_000_000, "x")
        yield keyspace


def in_use(keyspace: Keyspace) -> int:
    memory = keyspace.client.info("memory")
    return int(memory["used_memory"]) - int(memory["mem_not_counted_for_evict"])


def test_a_redis_without_a_limit_has_room(own: Keyspace) -> None:
    assert cannot_write(own) is None
    assert nearly_full(own) is None


def test_a_redis_is_nearly_full_before_it_is_full(own: Keyspace) -> None:
    own.client.config_set("maxmemory", int(in_use(own) / 0.95))
    assert cannot_write(own) is None
    words = nearly_full(own)
    assert words is not None
    assert words.startswith("is nearly full: 9")
    assert "raise maxmemory" in words
    assert nearly_full(own, from_part=0.99) is None

    own.client.config_set("maxmemory", int(in_use(own) / 0.5))
    assert nearly_full(own) is None


def test_a_full_redis_cannot_write(own: Keyspace) -> None:
    own.client.config_set("maxmemory", in_use(own) // 2)
    words = cannot_write(own)
    assert words is not None
    assert words.startswith("is full: ")
    with pytest.raises(redis.exceptions.OutOfMemoryError):
        own.client.set(f"{own.prefix}x", "x")


def test_a_redis_whose_disk_is_full_cannot_write_until_there_is_room(small_disk: Path) -> None:
    with redis_server(small_disk) as server:
        keyspace = Keyspace(connect(server.url), "test")
        (small_disk / "ballast").write_bytes(b"x" * shutil.disk_usage(small_disk).free)
        wait_until(lambda: _refused(keyspace), seconds=20, what="a write is refused")
        words = cannot_write(keyspace)
        assert words is not None
        assert "cannot write to its disk" in words
        assert "make room" in words


def _refused(keyspace: Keyspace) -> bool:
    try:
        keyspace.client.set(f"{keyspace.prefix}x", "x" * 10_000)
    except redis.ResponseError:
        return True
    return False
