"""What becomes of a leased batch: its stages, and the outcomes of its URLs."""

from pipeline.outcome import Retry
from storage.redis.keys import Key
from tests.support.ledger_by_hand import DEAD, GONE, LEASE, START, Hand, ids, link


def test_what_is_leased_can_be_read_with_its_attempts(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.now += 5
    hand.finish(hand.must_lease(), Retry(error="x", after=1.0))
    hand.now += 1
    (leased,) = hand.frontier.leased(hand.must_lease().batch)
    assert (leased.link, leased.attempts, leased.found_at) == (link("1"), 2, START)
    assert hand.frontier.leased("999") == []


def test_each_stage_begins_once_and_in_order(hand: Hand) -> None:
    hand.accept(link("1"))
    batch = hand.must_lease().batch
    assert hand.frontier.advance(batch, 1, "crawl")
    assert not hand.frontier.advance(batch, 1, "crawl")
    assert hand.frontier.advance(batch, 2, "extract")
    assert not hand.frontier.advance(batch, 1, "crawl")
    assert not hand.frontier.advance("999", 1, "crawl")


def test_beginning_a_stage_prolongs_the_lease(hand: Hand) -> None:
    hand.accept(link("1"))
    batch = hand.must_lease().batch
    hand.now += LEASE - 1
    assert hand.frontier.advance(batch, 1, "crawl")
    hand.now += LEASE - 1
    assert hand.reap() == []
    hand.now += 1
    assert len(hand.reap()) == 1


def test_a_batch_that_was_taken_back_can_neither_go_on_nor_end(hand: Hand) -> None:
    hand.accept(link("1"))
    stale = hand.must_lease()
    hand.frontier.advance(stale.batch, 1, "crawl")
    hand.now += LEASE
    (fresh,) = hand.reap()
    assert int(fresh.batch) > int(stale.batch)
    assert not hand.frontier.advance(stale.batch, 2, "extract")
    assert hand.finish(stale, GONE) == 0
    assert hand.entry(link("1")).state == "leased"
    assert hand.frontier.advance(fresh.batch, 1, "crawl")
    assert hand.index(fresh) == 1
    assert hand.index(fresh) == 0
    assert hand.finish(stale, DEAD) == 0
    assert hand.entry(link("1")).state == "indexed"


def test_a_batch_ends_piece_by_piece(hand: Hand) -> None:
    hand.accept(link("1"), link("2"))
    lease = hand.must_lease()
    first, second = lease.url_ids
    assert hand.finish(lease, GONE, first) == 1
    assert hand.frontier.advance(lease.batch, 1, "crawl")
    assert hand.finish(lease, GONE, first, second) == 1
    assert not hand.frontier.advance(lease.batch, 2, "extract")
    hand.now += LEASE
    assert hand.reap() == []


def test_a_retry_waits_its_time_and_counts_an_attempt(hand: Hand) -> None:
    hand.accept(link("1"), link("2"))
    lease = hand.must_lease()
    later = Retry(error="timed out", after=10.0)
    hand.finish(lease, later, lease.url_ids[0])
    hand.finish(lease, GONE, lease.url_ids[1])
    assert hand.ledger.entry(lease.url_ids[0]) is not None
    hand.now += 9.9
    assert hand.lease() is None
    hand.now += 0.2
    again = hand.must_lease()
    assert again.url_ids == (lease.url_ids[0],)
    assert [leased.attempts for leased in hand.frontier.leased(again.batch)] == [2]


def test_an_attempt_that_was_not_the_url_s_fault_is_given_back(hand: Hand) -> None:
    hand.accept(link("1"))
    for _ in range(4):
        hand.finish(hand.must_lease(), Retry(error="the index is down", after=0.0, counts=False))
        assert hand.entry(link("1")).attempts == 0
    hand.must_lease()
    assert hand.entry(link("1")).attempts == 1


def test_a_host_that_asks_for_a_pause_gets_it_for_all_its_urls(hand: Hand) -> None:
    hand.accept(link("1"), link("2"), link("1", "b.example"))
    lease = hand.must_lease(2, delay=1.0)
    slow = next(url for url in lease.url_ids if url in ids(link("1"), link("2")))
    hand.finish(lease, Retry(error="429", after=60.0, host_wide=True), slow)
    hand.accept(link("3"))
    hand.now += 59
    assert hand.lease() is None
    hand.now += 1.1
    assert len(hand.must_lease().url_ids) == 3


def test_a_shorter_pause_does_not_end_a_longer_one(hand: Hand) -> None:
    hand.accept(link("1"), link("2"))
    lease = hand.must_lease()
    hand.finish(lease, Retry(error="429", after=600.0, host_wide=True), lease.url_ids[0])
    hand.finish(lease, Retry(error="503", after=5.0, host_wide=True), lease.url_ids[1])
    hand.accept(link("3"))
    hand.now += 500
    assert hand.lease() is None
    assert float(hand.keys.client.get(hand.keys.key(Key.NEXT, "a.example"))) == START + 600
    hand.now += 101
    assert len(hand.must_lease().url_ids) == 3


def test_an_ended_entry_waits_for_the_archive_and_a_reopened_one_does_not(hand: Hand) -> None:
    hand.accept(link("1"), link("2"))
    hand.index(hand.must_lease())
    assert hand.stores.ended.waiting() == 2
    hand.accept(link("1"), reopen=True)
    assert [entry.url_id for entry in hand.stores.ended.next(9)] == ids(link("2"))
