"""The state of the system."""

import shutil
import socket
import time
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from config.settings import Settings
from pipeline.sources.state import Failure, SourceState
from pipeline.urls import Url
from services.parts import PATIENCE
from services.status import PartStatus, StoredStatus, SystemStatus, is_alive, system_status
from storage.locks import exclusive
from storage.open import Stores
from storage.redis.events import Event as SourceEvent
from storage.redis.keys import Key
from tests.support.data.articles import article
from tests.support.data.ledger_entries import one_in_each_state
from workers.chain.archiving import archive_ended
from workers.resources import Resources


def write_sources(path: Path, *names: str) -> None:
    path.write_text("".join(f"- {{id: {n}, feed: 'https://{n}.example/'}}\n" for n in names))


def status_of(resources: Resources, *, audit: bool = False) -> SystemStatus:
    return system_status(resources.settings, lambda: nullcontext(resources), audit=audit)


def stored_of(resources: Resources, *, audit: bool = False) -> StoredStatus:
    stored = status_of(resources, audit=audit).stored
    assert stored is not None
    return stored


def test_it_has_totals_reasons_and_articles(resources: Resources, stores: Stores) -> None:
    one_in_each_state(stores)
    resources.index.put([article("one"), article("two")])
    status, stored = status_of(resources), stored_of(resources)

    assert (stored.totals.accepted, stored.totals.in_flight, stored.totals.balanced) == (7, 2, True)
    assert stored.rejected == {"robots": 1}
    assert status.articles == 2
    assert stored.workers == {
        "crawl": False,
        "process": False,
        "index": False,
        "beat": False,
        "web": False,
    }
    assert (stored.sources, stored.events, stored.refused_links) == ((), (), 0)
    assert (status.redis, status.index, status.errors) == (PartStatus(), PartStatus(), ())


def test_an_audit_counts_the_entries(resources: Resources, stores: Stores) -> None:
    one_in_each_state(stores)
    stores.keyspace.client.hincrby(stores.keyspace.key(Key.TOTALS), "accepted", 1)

    assert not stored_of(resources).totals.balanced
    assert stored_of(resources, audit=True).totals.accepted == 7


def test_an_audit_sees_what_the_archive_has_lost(resources: Resources) -> None:
    stores = resources.stores
    one_in_each_state(stores)
    resources.index.put([article("one"), article("two")])
    archive_ended(resources)
    assert status_of(resources, audit=True).errors == ()

    resources.settings.ledger_file.unlink()
    [error] = status_of(resources, audit=True).errors
    assert error.startswith("the ledger archive has lost 4 entries: ")
    resources.settings.ledger_file.write_bytes(b"no database " * 1_000)
    [error] = status_of(resources, audit=True).errors
    assert error.startswith("the ledger archive: ")
    assert status_of(resources).errors == ()


def test_an_index_that_is_away_is_named_and_the_rest_is_known(
    settings: Settings, stores: Stores
) -> None:
    one_in_each_state(stores)
    away = Resources(settings.model_copy(update={"index_url": "http://127.0.0.1:1"}))
    status = status_of(away)

    assert (status.articles, status.index.answers) == (None, False)
    assert status.errors == (
        "Elasticsearch at http://127.0.0.1:1 refuses the connection: is it running?",
    )
    assert status.stored is not None
    assert status.stored.totals.accepted == 7


def test_an_index_of_another_version_is_named(resources: Resources) -> None:
    resources.index.prepare()
    (resources.settings.tantivy_dir / "newsloom-version").write_text("0")
    status = status_of(resources)

    assert not status.index.answers
    assert "has version 0" in status.errors[0]


def timed(settings: Settings) -> tuple[SystemStatus, float]:
    started = time.monotonic()
    connect = partial(Resources, settings, patience=PATIENCE)
    status = system_status(settings, lambda: nullcontext(connect()))
    return status, time.monotonic() - started


def test_a_redis_that_hangs_is_waited_for_two_seconds_at_most(
    resources: Resources, settings: Settings, hanging_port: int
) -> None:
    resources.index.put([article("one")])
    url = f"redis://:correct-horse@127.0.0.1:{hanging_port}/0"
    status, seconds = timed(settings.model_copy(update={"redis_url": url}))

    assert seconds < 2
    assert status.errors == (
        f"Redis at redis://127.0.0.1:{hanging_port}/0 does not answer within 1.5 s",
    )
    assert (status.stored, status.articles) == (None, 1)


def test_an_elasticsearch_that_hangs_is_waited_for_two_seconds_at_most(
    settings: Settings, stores: Stores, hanging_port: int
) -> None:
    one_in_each_state(stores)
    url = f"http://elastic:correct-horse@127.0.0.1:{hanging_port}"
    status, seconds = timed(settings.model_copy(update={"index_url": url}))

    assert seconds < 2
    assert status.errors == (
        f"Elasticsearch at http://127.0.0.1:{hanging_port} does not answer in time",
    )
    assert status.stored is not None
    assert status.stored.totals.accepted == 7


def test_both_that_hang_are_waited_for_side_by_side(settings: Settings, silent_port: int) -> None:
    urls = {
        "redis_url": f"redis://127.0.0.1:{silent_port}",
        "index_url": f"http://127.0.0.1:{silent_port}",
    }
    status, seconds = timed(settings.model_copy(update=urls))

    assert seconds < 2
    assert len(status.errors) == 2


def test_a_locked_index_folder_is_waited_for_two_seconds_at_most(
    settings: Settings, stores: Stores
) -> None:
    one_in_each_state(stores)
    Resources(settings).index.prepare()
    with exclusive(settings.tantivy_dir / "newsloom.lock"):
        status, seconds = timed(settings)

    assert seconds < 2
    assert "another process has held" in status.errors[0]
    assert status.stored is not None


def test_a_wait_without_an_end_of_its_own_is_bounded(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = Event()
    monkeypatch.setattr(Resources, "open_index", lambda _: never.wait())
    monkeypatch.setattr(resources.stores.keyspace.client, "echo", lambda _: never.wait())
    started = time.monotonic()
    status = status_of(resources)

    assert time.monotonic() - started < 2.2
    assert [error.endswith("does not answer within 2 s") for error in status.errors] == [True] * 2
    never.set()


def test_unhealthy_sources_come_first(resources: Resources, stores: Stores) -> None:
    write_sources(resources.settings.sources, "good", "bad", "fresh")
    stores.sources.sync(["good", "bad"])
    now = time.time()
    good = SourceState(last_poll=now, last_success=now, last_new=now)
    bad = SourceState(last_poll=now, failures=3, failure=Failure.PARSE, error="no feed")
    stores.sources.record("good", good, next_poll=now + 600)
    stores.sources.record("bad", bad, next_poll=now + 60)
    sources = stored_of(resources).sources

    assert [source.source_id for source in sources] == ["bad", "good", "fresh"]
    assert [source.verdict.level.value for source in sources] == ["failing", "healthy", "new"]
    assert sources[1].next_poll == pytest.approx(now + 600)
    assert (sources[2].next_poll, sources[2].push) == (None, None)


def test_a_source_with_a_new_address_starts_afresh(resources: Resources, stores: Stores) -> None:
    write_sources(resources.settings.sources, "moved")
    stores.sources.sync(["moved"])
    kept = SourceState(address=Url("https://before.example/"), last_poll=time.time(), failures=9)
    stores.sources.record("moved", kept, next_poll=time.time())
    (source,) = stored_of(resources).sources

    assert (source.state.failures, source.verdict.level.value) == (0, "new")


def test_the_newest_events_come_first(resources: Resources, stores: Stores) -> None:
    for at in (1.0, 2.0):
        stores.events.add(SourceEvent(at=at, kind="failing", source="press", sentence="it fails"))

    assert [event.at for event in stored_of(resources).events] == [2.0, 1.0]


def test_a_role_is_alive_on_the_host_of_its_heartbeat(resources: Resources, stores: Stores) -> None:
    stores.keyspace.client.hset(stores.keyspace.key(Key.HEARTBEAT), "crawl@here", time.time())

    assert is_alive(resources, "crawl", "here")
    assert not is_alive(resources, "crawl", "elsewhere")
    assert not is_alive(resources, "index", "here")


def test_an_index_that_cannot_be_written_is_said(resources: Resources, stores: Stores) -> None:
    stores.faults.note("index", "the embedded index: its disk is full")
    status = status_of(resources)
    assert (status.index.answers, status.articles) == (True, 0)
    [error] = status.errors
    assert error.startswith(
        "the index cannot be written, for 0 s now; articles wait for it: the emb"
    )


def test_a_clock_that_differs_from_redis_s_is_said(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    monkeypatch.setattr("workers.clock.time.time", lambda: real() + 3_600)
    [error] = status_of(resources).errors
    assert error.startswith("the clock of this machine is 60 min ahead of that of Redis at unix://")
    monkeypatch.setattr("workers.clock.time.time", lambda: real() - 3_605)
    [error] = status_of(resources).errors
    assert error.startswith("the clock of this machine is 60 min behind that of Redis at unix://")


def test_a_clock_that_was_set_back_is_said(resources: Resources, stores: Stores) -> None:
    write_sources(resources.settings.sources, "good")
    stores.sources.sync(["good"])
    ahead = time.time() + 3_600
    stores.sources.record("good", SourceState(last_poll=ahead), next_poll=ahead + 60)
    [error] = status_of(resources).errors
    assert "is noted for 60 min from now: the clock was set back" in error


def test_flower_is_asked_itself(resources: Resources) -> None:
    nobody = resources.settings.model_copy(update={"flower_port": free_port()})
    assert not is_alive(Resources(nobody), "flower", "here")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def test_a_full_disk_of_the_index_is_said_before_anything_was_written(
    settings: Settings, small_disk: Path
) -> None:
    resources = Resources(settings.model_copy(update={"data_dir": small_disk}))
    resources.index.put([article()])
    assert status_of(resources).errors == ()
    (small_disk / "ballast").write_bytes(b"x" * shutil.disk_usage(small_disk).free)
    status = status_of(resources)

    assert status.index.answers
    [error] = status.errors
    assert "its disk is full" in error
    assert f"make room for {small_disk}" in error
