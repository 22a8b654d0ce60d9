"""Against a server of the test's own, whose settings it changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from pipeline.outcome import Indexed
from pipeline.urls import url_id
from services.doctor import redis_server
from services.doctor.findings import State
from services.doctor.redis_server import look_at_redis
from storage.redis.keys import Key
from tests.support.data.ledger_entries import BASE, ended
from tests.support.servers.redis_server import redis_server as running_server
from workers.chain.archiving import archive_ended
from workers.resources import Resources


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Resources]:
    with running_server(tmp_path) as server:
        settings = Settings.model_validate({"data_dir": tmp_path, "redis_url": server.url})
        resources = Resources(settings)
        yield resources
        resources.stores.keyspace.client.close()


def problems(resources: Resources) -> list[str]:
    return [each.sentence for each in look_at_redis(resources) if each.state is not State.FINE]


def test_the_settings_of_the_compose_file_are_fine(own: Resources) -> None:
    assert problems(own) == []


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("maxmemory-policy", "allkeys-lru", "maxmemory-policy is allkeys-lru"),
        ("appendonly", "no", "appendonly is off"),
        ("maxmemory", "1mb", "of maxmemory are in use"),
    ],
)
def test_settings_that_lose_data_are_named(
    own: Resources, name: str, value: str, sentence: str
) -> None:
    client = own.stores.keyspace.client
    client.config_set(name, value)
    [found] = problems(own)
    assert sentence in found


def test_an_old_server_and_a_failed_file_are_named(
    own: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = own.stores.keyspace.client.info("everything")
    said = {**info, "redis_version": "5.0.14", "aof_last_bgrewrite_status": "err"}

    def told(section: str) -> dict[str, Any]:
        return said if section == "everything" else info

    monkeypatch.setattr(own.stores.keyspace.client, "info", told)
    old, failed = problems(own)
    assert "has version 5.0.14, which is too old" in old
    assert "(aof_last_bgrewrite_status)" in failed


def test_a_clock_that_is_wrong_is_named(own: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "clock_fault", lambda _: "the clock is wrong")
    assert problems(own) == ["the clock is wrong"]


def test_entries_that_cannot_be_read_are_named(
    own: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyspace, names = own.stores.keyspace, ("first", "second", "third")
    for name in names:
        ended(own.stores, name, Indexed(article="a" * 32))
        keyspace.client.hset(keyspace.key(Key.URL, url_id(BASE + name)), "outcome", "{")
    archive_ended(own)
    monkeypatch.setattr(redis_server, "MOST_NAMED", 2)
    first, second, more = problems(own)
    ids = sorted(url_id(BASE + name) for name in names)
    assert ids[0] in first
    assert ids[1] in second
    assert more == "1 more ledger entries cannot be read"
