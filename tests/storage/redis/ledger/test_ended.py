"""Entries that have ended: read for the archive, replaced if unchanged, dropped, restored."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.outcome import Indexed
from pipeline.urls import UrlId, url_id
from storage.ledger_archive.archive import LedgerArchive
from storage.ledger_archive.sqlite import SqliteLedgerArchive
from storage.open import open_stores
from storage.redis.connection import StoreUnavailable
from storage.redis.frontier import Acceptance
from storage.redis.keys import Key
from storage.redis.ledger.compact import PERIOD_SECONDS
from storage.redis.ledger.ended import EndedUrls
from tests.conftest import TIMES
from tests.support.ledger_by_hand import DEAD, GONE, START, Hand, ids, link
from tests.support.servers.redis_server import redis_server


def test_what_has_ended_is_read_in_the_order_of_its_end(hand: Hand) -> None:
    hand.accept(link("1"), link("2"), link("3"))
    hand.finish(hand.must_lease(1), GONE)
    hand.index(hand.must_lease(1))
    first, second = hand.ended.next(10)
    assert (first.state, first.reason, first.ended_at) == ("rejected", "gone", START)
    assert (second.state, second.reason) == ("indexed", None)
    assert first.ending < second.ending
    assert [entry.ending for entry in hand.ended.next(10, after=first.ending)] == [second.ending]
    assert hand.ended.next(1) == [first]
    assert len(first.events) == 2


def test_a_dead_letter_stays_in_redis(hand: Hand, ledger_archive: LedgerArchive) -> None:
    hand.accept(link("1"))
    hand.finish(hand.must_lease(), DEAD)
    assert hand.archive(ledger_archive) == 0
    assert [entry.outcome for entry in hand.ledger.dead()] == [DEAD]


def test_a_later_end_has_a_greater_number_also_when_the_clock_was_set_back(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    [first] = hand.ended.next(10)
    hand.now -= 3600
    hand.accept(link("1"), reopen=True)
    hand.index(hand.must_lease())
    [second] = hand.ended.next(10)
    assert second.ending > first.ending


def test_the_number_is_the_time_so_that_it_grows_when_redis_was_lost(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    assert hand.ended.next(1)[0].ending == START * 1_000_000


def test_an_archived_entry_leaves_a_record(hand: Hand, ledger_archive: LedgerArchive) -> None:
    hand.accept(link("1"), link("2"))
    hand.index(hand.must_lease(1))
    before = hand.entry(link("1")), hand.ledger.trace(url_id(link("1").url))
    assert hand.archive(ledger_archive) == 1
    client, keys = hand.keys.client, hand.keys
    assert not client.exists(keys.key(Key.URL, *ids(link("1"))))
    assert not client.exists(keys.key(Key.TRACE, *ids(link("1"))))
    assert hand.ended.waiting() == 0
    assert (hand.entry(link("1")), hand.ledger.trace(url_id(link("1").url))) == before
    assert hand.ledger.states(ids(link("1"), link("2"), link("3"))) == ["indexed", "queued", None]
    assert hand.ledger.unarchived() == 0


@pytest.mark.parametrize("ends_again", [False, True])
def test_what_was_reopened_since_it_was_read_stays(
    hand: Hand, ledger_archive: LedgerArchive, *, ends_again: bool
) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    read = hand.ended.next(10)
    hand.accept(link("1"), reopen=True)
    if ends_again:
        hand.index(hand.must_lease())
    ledger_archive.put(read)
    assert hand.ended.compact(read) == 0
    assert hand.entry(link("1")).visits == 2
    assert hand.balanced()


def test_a_move_that_was_killed_before_its_end_is_repeated(
    hand: Hand, ledger_archive: LedgerArchive
) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    ledger_archive.put(hand.ended.next(10))
    assert hand.entry(link("1")).state == "indexed"
    assert hand.archive(ledger_archive) == 1
    assert hand.ended.compact(hand.ended.next(10)) == 0
    assert hand.balanced()


def test_a_record_without_an_archived_entry_is_found(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    hand.ended.compact(hand.ended.next(10))
    assert hand.ledger.unarchived() == 1
    assert hand.ledger.states(ids(link("1"))) == ["indexed"]
    assert hand.ledger.entry(*ids(link("1"))) is None


def test_a_full_redis_is_relieved(tmp_path: Path) -> None:
    archive = SqliteLedgerArchive(tmp_path / "ledger.sqlite3")
    with redis_server(tmp_path / "redis") as server:
        stores = open_stores(server.url, "test", TIMES, open_archive=lambda: archive)
        hand = Hand(stores)
        hand.accept(*(link(str(number)) for number in range(200)))
        hand.index(hand.must_lease(200))
        broken = stores.keyspace.key(Key.URL, *ids(link("0")))
        stores.keyspace.client.hset(broken, "outcome", "{")
        full = stores.keyspace.client.info("memory")["used_memory"]
        stores.keyspace.client.config_set("maxmemory", full // 2)
        with pytest.raises(StoreUnavailable):
            hand.accept(link("new"))
        assert hand.archive(archive) == 199
        assert stores.keyspace.client.info("memory")["used_memory"] < full
        assert hand.balanced()


def test_records_are_dropped_by_periods(hand: Hand, ledger_archive: LedgerArchive) -> None:
    hand.accept(*(link(str(number)) for number in range(200)))
    hand.index(hand.must_lease(200))
    hand.archive(ledger_archive)
    keep = 5 * PERIOD_SECONDS
    hand.now += keep
    hand.accept(link("new"))
    hand.index(hand.must_lease())
    hand.archive(ledger_archive)
    assert hand.ended.drop(keep=keep) == 0
    hand.now += PERIOD_SECONDS
    assert hand.ended.drop(keep=keep, most=3) == 3
    assert hand.ledger.states(ids(link("1"), link("new"))) == [None, "indexed"]
    assert hand.ended.drop(keep=keep, most=3) == 1
    assert hand.ended.drop(keep=keep, most=3) == 0
    left = hand.keys.client.scan_iter(match=hand.keys.pattern(Key.COMPACT), count=1000)
    assert len(list(left)) == 1
    assert hand.accept(link("1")) == [Acceptance.ACCEPTED]
    _forget_everything(hand)


def test_the_ledger_is_restored_from_the_archive(hand: Hand, ledger_archive: LedgerArchive) -> None:
    hand.accept(*(link(str(number)) for number in range(5)))
    lease = hand.must_lease()
    hand.finish(lease, GONE, lease.url_ids[0])
    hand.finish(lease, Indexed(article="a" * 32), *lease.url_ids[1:])
    hand.archive(ledger_archive)
    [page] = ledger_archive.pages(10, ended_after=0)
    _forget_everything(hand)
    hand.accept(link("1"))  # announced again before anybody has restored it
    assert hand.ended.restore(page) == 4
    assert hand.ended.restore(page) == 0
    later = replace(page[-1], url_id=UrlId("0" * 32), ending=page[-1].ending + 10**12)
    assert hand.ended.restore([later]) == 1
    hand.index(hand.must_lease())
    assert hand.ended.next(1)[0].ending == later.ending + 1  # though the clock is behind it
    totals = hand.ledger.totals()
    assert (totals.accepted, totals.queued, totals.indexed) == (6, 0, 5)
    assert hand.accept(*(link(str(number)) for number in range(5))) == [Acceptance.KNOWN] * 5


def test_what_ended_under_an_earlier_release_is_found(
    hand: Hand, ledger_archive: LedgerArchive
) -> None:
    hand.accept(*(link(str(number)) for number in range(30)))
    hand.index(hand.must_lease(10))
    hand.finish(hand.must_lease(10), DEAD)
    client, keys = hand.keys.client, hand.keys
    client.delete(keys.key(Key.ENDED))
    for url in hand.keys.client.scan_iter(match=keys.pattern(Key.URL)):
        if client.hget(url, "state") == "indexed":
            client.expire(url, 1_000)
    while not hand.ended.list_earlier(most=7):
        pass
    assert hand.ended.list_earlier()
    assert hand.ended.waiting() == 10
    assert all(client.ttl(url) == -1 for url in client.scan_iter(match=keys.pattern(Key.URL)))
    assert hand.archive(ledger_archive) == 10


def test_the_clock_is_the_machine_s_by_default(hand: Hand) -> None:
    assert EndedUrls(hand.keys).drop(keep=0.0) == 0


def _forget_everything(hand: Hand) -> None:
    client = hand.keys.client
    client.delete(*client.scan_iter(match=hand.keys.pattern(), count=1000))
