"""Questions to parts that may hang."""

import shutil
import time
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import redis

from services.parts import begin, redis_fault, redis_place, require_redis
from storage.redis.connection import StoreUnavailable
from tests.support.servers.redis_server import redis_server
from workers.resources import Resources


def test_what_is_begun_has_a_result_or_an_error() -> None:
    assert begin(lambda: 7).result(5) == 7
    with pytest.raises(ZeroDivisionError):
        begin(lambda: 1 / 0).result(5)


def test_what_hangs_holds_nobody_up() -> None:
    never = Event()
    with pytest.raises(TimeoutError):
        begin(never.wait).result(0.05)
    never.set()


def test_redis_is_required(resources: Resources) -> None:
    require_redis(resources)
    away = resources.settings.model_copy(update={"redis_url": "redis://:secret@127.0.0.1:1/0"})
    assert redis_place(away) == "Redis at redis://127.0.0.1:1/0"
    with pytest.raises(redis.ConnectionError, match="refuses the connection"):
        require_redis(Resources(away))


def test_a_redis_that_hangs_without_a_time_out_is_bounded(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = Event()
    monkeypatch.setattr(resources.stores.keyspace.client, "echo", lambda _: never.wait())
    started = time.monotonic()
    with pytest.raises(StoreUnavailable, match="does not answer within 2 s"):
        require_redis(resources)
    assert time.monotonic() - started < 2
    never.set()


def test_a_redis_that_is_full_is_named(tmp_path: Path, resources: Resources) -> None:
    with redis_server(tmp_path / "redis") as server:
        settings = resources.settings.model_copy(update={"redis_url": server.url})
        own = Resources(settings)
        assert redis_fault(own) is None
        own.stores.keyspace.client.config_set("maxmemory", "1")
        fault = redis_fault(own)
    assert fault is not None
    assert fault.startswith(f"Redis at redis://127.0.0.1:{server.port}/0 is full: ")


def test_a_redis_whose_disk_is_full_is_named_and_can_be_read(
    small_disk: Path, resources: Resources
) -> None:
    with redis_server(small_disk) as server:
        own = Resources(resources.settings.model_copy(update={"redis_url": server.url}))
        client = own.stores.keyspace.client
        fill(small_disk)
        with pytest.raises(redis.RedisError):
            write_until_it_fails(client)
        require_redis(own)
        fault = redis_fault(own)
    assert fault is not None
    assert "cannot write to its disk" in fault


def fill(disk: Path) -> None:
    (disk / "ballast").write_bytes(b"x" * (shutil.disk_usage(disk).free - 4096))


def write_until_it_fails(client: Any) -> None:
    for number in range(1_000):
        client.set(f"key {number}", "x" * 1_000)
        time.sleep(0.005)
