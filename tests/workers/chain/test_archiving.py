"""Entries that have ended go to the archive."""

from collections.abc import Sequence

import pytest

from pipeline.outcome import Indexed
from pipeline.urls import url_id
from storage.index import IndexUnavailable
from storage.ledger_archive.archive import ArchivedEntry
from storage.ledger_archive.sqlite import SqliteLedgerArchive
from storage.redis.keys import Key
from storage.redis.ledger.ended import EndedUrls
from tests.support.data.ledger_entries import BASE, ended, found, one_in_each_state
from workers.chain import archiving, tasks
from workers.chain.archiving import archive_ended
from workers.resources import Resources


def test_all_that_has_ended_is_moved_but_dead_letters(resources: Resources) -> None:
    stores = resources.stores
    one_in_each_state(stores)
    before = stores.ledger.totals()
    assert archive_ended(resources) == 4
    assert archive_ended(resources) == 0
    left = {entry.link.url for page in stores.ledger.pages_in_redis() for entry in page}
    assert left == {BASE + name for name in ("dead", "waiting", "leased")}
    assert stores.ledger.totals() == stores.ledger.audit() == before
    assert stores.ledger.unarchived() == 0


def test_the_trace_of_all_visits_is_kept_and_has_each_event_once(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores, key = resources.stores, url_id(BASE + "page")
    names: list[str] = []
    for _ in range(3):
        stores.frontier.accept([found("page")], reopen=True)
        lease = stores.frontier.lease(1, default_delay=0, max_batches=100)
        assert lease is not None
        stores.frontier.finish(lease.batch, [(key, Indexed(article=key))])
        with monkeypatch.context() as patched:
            patched.setattr(EndedUrls, "compact", lambda *_: 0)
            archive_ended(resources)  # killed between its two steps
        archive_ended(resources)
        names += ["accepted" if not names else "reopened", "indexed"]
        assert [event["event"] for event in stores.ledger.trace(key)] == names
    stores.frontier.accept([found("page")], reopen=True)
    assert [event["event"] for event in stores.ledger.trace(key)] == [*names, "reopened"]


def test_an_archive_that_takes_nothing_leaves_all_in_redis(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise IndexUnavailable("its disk is full")

    ended(resources.stores, "page", Indexed(article="a" * 32))
    monkeypatch.setattr(SqliteLedgerArchive, "put", refuse)
    monkeypatch.setattr(tasks, "resources", lambda: resources)
    with pytest.raises(IndexUnavailable):
        archive_ended(resources)
    tasks.archive_ended.run()
    assert resources.stores.ended.waiting() == 1
    assert resources.stores.ledger.states([url_id(BASE + "page")]) == ["indexed"]


def test_what_the_archive_refuses_stays_and_holds_up_nothing(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("first", "second", "third"):
        ended(resources.stores, name, Indexed(article="a" * 32))
    put, refused = SqliteLedgerArchive.put, url_id(BASE + "first")

    def all_but_one(archive: SqliteLedgerArchive, entries: Sequence[ArchivedEntry]) -> set[str]:
        taken = [entry for entry in entries if entry.url_id != refused]
        return set(put(archive, taken))

    monkeypatch.setattr(SqliteLedgerArchive, "put", all_but_one)
    monkeypatch.setattr(archiving, "_AT_ONCE", 1)
    assert archive_ended(resources) == 2
    assert [entry.url_id for entry in resources.stores.ended.next(9)] == [refused]


def test_it_ends_in_time(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first", "second"):
        ended(resources.stores, name, Indexed(article="a" * 32))
    monkeypatch.setattr(archiving, "_AT_ONCE", 1)
    assert archive_ended(resources, seconds=0.0) == 1
    assert archive_ended(resources, seconds=0.0) == 1


def test_what_is_too_old_is_dropped(resources: Resources) -> None:
    stores = resources.stores
    ended(stores, "page", Indexed(article="a" * 32))
    key = url_id(BASE + "page")
    stores.keyspace.client.hset(stores.keyspace.key(Key.URL, key), "ended_at", 1_000.0)
    assert archive_ended(resources) == 1
    assert stores.ledger.states([key]) == [None]


def test_an_entry_that_cannot_be_read_holds_up_nothing_and_is_logged_once(
    resources: Resources, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stores, broken = resources.stores, url_id(BASE + "broken")
    for name in ("broken", "second", "third"):
        ended(stores, name, Indexed(article="a" * 32))
    stores.keyspace.client.hset(stores.keyspace.key(Key.URL, broken), "outcome", "{")
    monkeypatch.setattr(archiving, "_AT_ONCE", 1)
    assert archive_ended(resources) == 2
    assert archive_ended(resources) == 0
    [logged] = [each for each in caplog.records if broken in each.getMessage()]
    assert "cannot be read" in logged.getMessage()
    assert list(stores.ended.unreadable()) == [broken]
    assert stores.ledger.states([broken]) == ["indexed"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("link", "no JSON"),
        ("outcome", b"\xff"),
        ("found_at", "yesterday"),
        ("state", "of a later release"),
        ("visits", "-1"),
    ],
)
def test_what_was_damaged_is_moved_when_it_is_whole_again(
    resources: Resources, field: str, value: str | bytes
) -> None:
    stores = resources.stores
    ended(stores, "page", Indexed(article="a" * 32))
    client, key = stores.keyspace.client, stores.keyspace.key(Key.URL, url_id(BASE + "page"))
    whole = client.hget(key, field)
    client.hset(key, field, value)
    assert archive_ended(resources) == 0
    assert stores.ended.unreadable_count() == 1
    client.hset(key, field, whole)
    assert archive_ended(resources) == 1
    assert stores.ended.unreadable_count() == 0


def test_another_visit_makes_an_entry_readable(resources: Resources) -> None:
    stores, key = resources.stores, url_id(BASE + "page")
    ended(stores, "page", Indexed(article="a" * 32))
    stores.keyspace.client.hset(stores.keyspace.key(Key.URL, key), "outcome", "{")
    assert archive_ended(resources) == 0
    stores.frontier.accept([found("page")], reopen=True)
    assert stores.ended.unreadable() == {}
