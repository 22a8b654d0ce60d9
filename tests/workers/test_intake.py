"""The intake pauses and resumes by itself, and each change is logged once over all processes."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.records import FoundBy, Link
from pipeline.urls import Url
from services.crawl import accept_urls
from storage.open import Stores, open_stores
from storage.redis.connection import StoreUnavailable
from tests.conftest import TIMES
from tests.support.no_archive import no_archive
from tests.support.servers.redis_server import RedisServer, redis_server
from tests.workers.conftest import Making
from workers.app import make_app
from workers.chain.dispatch import dispatch
from workers.intake import Intake
from workers.sources.polling import poll_due


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis") as running:
        yield running


@pytest.fixture
def own(server: RedisServer) -> Stores:
    stores = open_stores(server.url, "test", TIMES, open_archive=no_archive)
    # So that what the connections need is a small part.
    stores.keyspace.client.setrange(f"{stores.keyspace.prefix}ballast", 50_000_000, "x")
    return stores


class Time:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 2
        return self.now


def limit(stores: Stores, part: float) -> None:
    """Let so much of the limit be in use."""
    client = stores.keyspace.client
    client.config_set("maxmemory", int(client.info("memory")["used_memory"] / part))


def test_each_change_is_logged_once_over_all_processes(
    own: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "newsloom.intake")
    several = [Intake(own, "Redis at x", clock=Time()) for _ in range(3)]
    assert [each.pause() for each in several] == [None] * 3
    limit(own, 0.95)
    for _ in range(2):
        for each in several:
            assert "Redis at x is nearly full" in (each.pause() or "")
    limit(own, 0.87)
    assert all(each.pause() for each in several)
    limit(own, 0.5)
    assert [each.pause() for each in several] == [None] * 3
    first, second = caplog.messages
    assert first.startswith("nothing new is taken in: Redis at x is nearly full: 9")
    assert second == "new work is taken in again"


def test_a_full_redis_is_logged_once_by_each_process(
    own: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    limit(own, 2)
    intake = Intake(own, "Redis at x", clock=Time())
    for _ in range(3):
        assert "Redis at x is full" in (intake.pause() or "")
    assert len(caplog.messages) == 1


def test_redis_is_asked_once_a_second_at_most(own: Stores) -> None:
    intake = Intake(own, "Redis at x", clock=lambda: 1.0)
    assert intake.pause() is None
    limit(own, 0.95)
    assert intake.pause() is None


def test_while_it_pauses_nothing_is_leased_polled_or_crawled(
    making: Making, server: RedisServer, own: Stores
) -> None:
    resources = making(redis_url=server.url)
    stores = resources.stores
    link = Link(url=Url("http://a.example/1"), source="x", found_by=FoundBy.FEED)
    stores.frontier.accept([link])
    limit(own, 0.95)
    with make_app(resources.settings) as app:
        assert dispatch(app, resources) == 0
        assert poll_due(resources, found=lambda: None) == []
        with pytest.raises(StoreUnavailable, match="nearly full"):
            accept_urls(resources, ["http://a.example/2"])
        assert stores.ledger.totals().accepted == 1
        limit(own, 0.5)
        resources.intake._asked = float("-inf")  # noqa: SLF001 - a second later
        assert dispatch(app, resources) == 1
