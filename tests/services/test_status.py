"""The state of the system."""

import time
from pathlib import Path

import pytest

from config.settings import Settings
from pipeline.sources.state import Failure, SourceState
from pipeline.urls import Url
from services.status import is_alive, system_status
from storage.open import Stores
from storage.redis.events import Event
from storage.redis.keys import Key
from tests.support.data.articles import article
from tests.support.data.ledger_entries import one_in_each_state
from workers.resources import Resources


def write_sources(path: Path, *names: str) -> None:
    path.write_text("".join(f"- {{id: {n}, feed: 'https://{n}.example/'}}\n" for n in names))


def test_it_has_totals_reasons_and_articles(resources: Resources, stores: Stores) -> None:
    one_in_each_state(stores)
    resources.index.put([article("one"), article("two")])
    status = system_status(resources)

    assert (status.totals.accepted, status.totals.in_flight, status.totals.balanced) == (7, 2, True)
    assert status.rejected == {"robots": 1}
    assert status.articles == 2
    assert status.workers == {"crawl": False, "process": False, "index": False, "beat": False}
    assert (status.sources, status.events, status.refused_links) == ((), (), 0)


def test_an_audit_counts_the_entries(resources: Resources, stores: Stores) -> None:
    one_in_each_state(stores)
    stores.keyspace.client.hincrby(stores.keyspace.key(Key.TOTALS), "accepted", 1)

    assert not system_status(resources).totals.balanced
    assert system_status(resources, audit=True).totals.accepted == 7


def test_an_index_that_is_away_has_no_number(settings: Settings) -> None:
    away = Resources(settings.model_copy(update={"index_url": "http://127.0.0.1:1"}))

    assert system_status(away).articles is None


def test_unhealthy_sources_come_first(resources: Resources, stores: Stores) -> None:
    write_sources(resources.settings.sources, "good", "bad", "fresh")
    stores.sources.sync(["good", "bad"])
    now = time.time()
    good = SourceState(last_poll=now, last_success=now, last_new=now)
    bad = SourceState(last_poll=now, failures=3, failure=Failure.PARSE, error="no feed")
    stores.sources.record("good", good, next_poll=now + 600)
    stores.sources.record("bad", bad, next_poll=now + 60)
    sources = system_status(resources).sources

    assert [source.source_id for source in sources] == ["bad", "good", "fresh"]
    assert [source.verdict.level.value for source in sources] == ["failing", "healthy", "new"]
    assert sources[1].next_poll == pytest.approx(now + 600)
    assert (sources[2].next_poll, sources[2].push) == (None, None)


def test_a_source_with_a_new_address_starts_afresh(resources: Resources, stores: Stores) -> None:
    write_sources(resources.settings.sources, "moved")
    stores.sources.sync(["moved"])
    kept = SourceState(address=Url("https://before.example/"), last_poll=time.time(), failures=9)
    stores.sources.record("moved", kept, next_poll=time.time())
    (source,) = system_status(resources).sources

    assert (source.state.failures, source.verdict.level.value) == (0, "new")


def test_the_newest_events_come_first(resources: Resources, stores: Stores) -> None:
    for at in (1.0, 2.0):
        stores.events.add(Event(at=at, kind="failing", source="press", sentence="it fails"))

    assert [event.at for event in system_status(resources).events] == [2.0, 1.0]


def test_a_role_is_alive_on_the_host_of_its_heartbeat(resources: Resources, stores: Stores) -> None:
    stores.keyspace.client.hset(stores.keyspace.key(Key.HEARTBEAT), "crawl@here", time.time())

    assert is_alive(resources, "crawl", "here")
    assert not is_alive(resources, "crawl", "elsewhere")
    assert not is_alive(resources, "index", "here")
