"""Batches that wait for the index: kept, fenced, counted, and leased again."""

from pipeline.outcome import Indexed, Retry
from storage.redis.keys import Key
from tests.support.ledger_by_hand import LEASE, Hand, ids, link

AWAY = Retry(error="the index is away", counts=False, after=15)


def wait(hand: Hand, batch: str, message: str = "what is to be written") -> bool:
    return hand.frontier.wait(batch, message, outcome=AWAY)


def test_what_waits_is_in_flight_without_a_lease_that_expires(hand: Hand) -> None:
    hand.accept(link("1"))
    batch = hand.must_lease().batch
    assert wait(hand, batch)
    hand.now += 10 * LEASE
    assert hand.frontier.reap(max_crashes=3) == []
    assert (hand.frontier.waiting(), hand.frontier.under_way()) == (1, 0)
    assert hand.ledger.totals().leased == 1
    entry = hand.ledger.entry(ids(link("1"))[0])
    assert entry is not None
    assert (entry.attempts, entry.outcome) == (1, AWAY)


def test_it_comes_back_under_another_number_with_its_message(hand: Hand) -> None:
    hand.accept(link("1"))
    before = hand.must_lease().batch
    wait(hand, before)
    assert hand.frontier.resume(5, all_ready=False) == []
    hand.now += 15
    [again] = hand.frontier.resume(5, all_ready=False)
    assert again.batch != before
    assert (again.waited, list(again.url_ids)) == (True, ids(link("1")))
    assert hand.frontier.waiting_message(again.batch) == "what is to be written"
    assert hand.frontier.waiting_message(before) is None
    assert not hand.frontier.advance(before, 5, "index")
    assert hand.frontier.advance(again.batch, 5, "index")
    assert hand.frontier.finish(again.batch, [(again.url_ids[0], Indexed(article="a"))])
    assert hand.frontier.waiting_message(again.batch) is None
    assert hand.ledger.totals().indexed == 1


def test_all_come_back_at_once_when_the_index_does(hand: Hand) -> None:
    for path in "123":
        hand.accept(link(path))
        wait(hand, hand.must_lease().batch)
    assert len(hand.frontier.resume(2, all_ready=True)) == 2
    assert len(hand.frontier.resume(2, all_ready=True)) == 1


def test_what_waits_counts_as_under_way(hand: Hand) -> None:
    hand.accept(link("1"))
    wait(hand, hand.must_lease().batch)
    hand.accept(link("2"))
    assert hand.lease(max_batches=1) is None
    assert hand.lease(max_batches=2) is not None


def test_a_batch_that_is_held_by_another_lease_cannot_wait(hand: Hand) -> None:
    hand.accept(link("1"))
    late = hand.must_lease().batch
    hand.now += LEASE
    [again] = hand.frontier.reap(max_crashes=3)
    assert not wait(hand, late)
    assert hand.frontier.waiting() == 0
    assert hand.frontier.advance(again.batch, 1, "crawl")


def test_a_worker_that_dies_while_it_writes_leaves_the_message(hand: Hand) -> None:
    hand.accept(link("1"), link("2"))
    wait(hand, hand.must_lease().batch)
    [again] = hand.frontier.resume(1, all_ready=True)
    for expected in (1, 2):
        assert hand.frontier.advance(again.batch, 5, "index")
        hand.now += LEASE
        again, *others = hand.frontier.reap(max_crashes=5)
        assert again.crashes == expected
        for lease in (again, *others):
            assert lease.waited
            assert hand.frontier.waiting_message(lease.batch) == "what is to be written"
    assert len(others) == 1  # in halves after the second crash


def test_the_trace_has_one_event_however_often_it_waits(hand: Hand) -> None:
    hand.accept(link("1"))
    wait(hand, hand.must_lease().batch)
    for _ in range(3):
        [again] = hand.frontier.resume(1, all_ready=True)
        wait(hand, again.batch)
    events = [event["event"] for event in hand.ledger.trace(ids(link("1"))[0])]
    assert events == ["accepted", "retry", "in flight"]


def test_a_batch_that_ends_while_it_waits_is_not_resumed(hand: Hand) -> None:
    hand.accept(link("1"))
    lease = hand.must_lease()
    wait(hand, lease.batch)
    hand.index(lease)
    assert hand.frontier.waiting() == 0
    assert hand.frontier.resume(5, all_ready=True) == []
    assert hand.balanced()


def test_a_waiting_batch_without_urls_holds_up_no_other(hand: Hand) -> None:
    """As an earlier release left it, when the batch ended while it waited."""
    hand.keys.client.zadd(hand.keys.key(Key.WAITING), {"7": hand.now})
    hand.accept(link("1"))
    wait(hand, hand.must_lease().batch)
    [again] = hand.frontier.resume(5, all_ready=True)
    assert list(again.url_ids) == ids(link("1"))
    assert hand.frontier.waiting() == 0
