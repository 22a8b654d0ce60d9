"""The frontier: every URL waits, is held, or has ended."""

import json
from collections.abc import Iterator

import pytest

from pipeline.outcome import Dead, Duplicate, Indexed, Reason, Rejected, Retry
from storage.open import Stores
from storage.redis.frontier import Acceptance
from storage.redis.keys import Key
from tests.support.family_by_hand import KEEP, LEASE, START, Hand, ids, link

ACCEPTED, KNOWN, REOPENED = Acceptance.ACCEPTED, Acceptance.KNOWN, Acceptance.REOPENED
GONE = Rejected(reason=Reason.GONE, detail="the page was removed (410)")
DEAD = Dead(error="given up")


@pytest.fixture
def hand(stores: Stores) -> Iterator[Hand]:
    """Whatever a test does, the ledger adds up after it."""
    made = Hand(stores)
    yield made
    assert made.balanced()


def test_nothing_in_nothing_out(hand: Hand) -> None:
    assert hand.accept() == []
    assert hand.lease() is None
    assert hand.reap() == []
    assert hand.frontier.finish("1", [], remember=KEEP) == 0


def test_a_link_is_accepted_once_whatever_its_address_looks_like(hand: Hand) -> None:
    assert hand.accept(link("1"), link("2"), link("1")) == [ACCEPTED, ACCEPTED, KNOWN]
    assert hand.accept(link("1/"), link("1", "www.a.example")) == [KNOWN, KNOWN]
    assert hand.frontier.queued() == 2
    lease = hand.must_lease()
    assert hand.accept(link("1")) == [KNOWN]
    assert sorted(lease.url_ids) == sorted(ids(link("1"), link("2")))
    hand.index(lease)
    assert hand.accept(link("1")) == [KNOWN]


def test_what_an_announcement_does_not_say_is_not_stored_so_that_links_outlive_new_fields(
    hand: Hand,
) -> None:
    hand.accept(link("1"), link("2").model_copy(update={"language": "de"}))
    keys = hand.stores.keyspace
    stored = [
        json.loads(keys.client.hget(keys.key(Key.URL, url), "link") or "")
        for url in ids(link("1"), link("2"))
    ]
    assert ["language" in each for each in stored] == [False, True]
    assert {leased.link.language for leased in hand.frontier.leased(hand.must_lease().batch)} == {
        None,
        "de",
    }


def test_a_later_change_reopens_what_has_ended_and_an_earlier_one_does_not(hand: Hand) -> None:
    hand.accept(link("1", modified=START))
    hand.index(hand.must_lease())
    assert hand.accept(link("1", modified=START)) == [KNOWN]
    assert hand.accept(link("1", modified=START - 60)) == [KNOWN]
    assert hand.accept(link("1", modified=START + 60)) == [REOPENED]
    assert hand.accept(link("1", modified=START + 120)) == [KNOWN]  # it waits already
    entry = hand.entry(link("1"))
    assert (entry.state, entry.visits, entry.attempts, entry.ended_at) == ("queued", 2, 0, None)


@pytest.mark.parametrize("outcome", [GONE, DEAD])
def test_what_came_to_nothing_gets_two_tries_at_other_addresses_of_its_page(
    hand: Hand, outcome: Rejected | Dead
) -> None:
    amp, glued, page = link("1/amp", "m.a.example"), link("1%22"), link("1")
    hand.accept(amp)
    for other in (glued, page):
        hand.finish(hand.must_lease(), outcome)
        assert hand.accept(hand.entry(page).link) == [KNOWN]  # the same address again is no news
        assert hand.accept(other) == [REOPENED]
        assert hand.entry(page).link.url == other.url
    hand.finish(hand.must_lease(), outcome)
    assert hand.accept(amp, glued) == [KNOWN, KNOWN]
    assert hand.entry(page).visits == 3


def test_what_is_indexed_is_not_visited_at_its_other_addresses(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    assert hand.accept(link("1/amp"), link("1", "m.a.example")) == [KNOWN, KNOWN]


def test_a_date_that_comes_later_is_no_change_unless_it_is_later_than_the_find(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    assert hand.accept(link("1", modified=START - 60)) == [KNOWN]
    assert hand.accept(link("1", modified=START)) == [KNOWN]
    assert hand.accept(link("1", modified=START + 60)) == [REOPENED]
    hand.index(hand.must_lease())
    assert hand.accept(link("1", modified=START + 60)) == [KNOWN]


def test_a_person_may_reopen_anything_that_has_ended(hand: Hand) -> None:
    hand.accept(link("1"))
    assert hand.accept(link("1"), reopen=True) == [KNOWN]
    hand.finish(hand.must_lease(), DEAD)
    assert hand.accept(link("1"), reopen=True) == [REOPENED]
    assert hand.ledger.dead() == []


@pytest.mark.parametrize("outcome", [GONE, DEAD, Duplicate(article="x", rule="same_text")])
def test_a_later_visit_that_brings_nothing_keeps_the_indexed_state(
    hand: Hand, outcome: Rejected | Dead | Duplicate
) -> None:
    hand.accept(link("1"))
    hand.index(hand.must_lease())
    hand.accept(link("1"), reopen=True)
    hand.finish(hand.must_lease(), Retry(error="x", after=0.0))
    hand.finish(hand.must_lease(), outcome)
    entry = hand.entry(link("1"))
    assert entry.state == "indexed"
    assert entry.outcome == Indexed(article=entry.url_id)
    assert hand.ledger.dead() == []


def test_a_later_visit_may_index_what_was_rejected_and_reject_what_was_dead(hand: Hand) -> None:
    hand.accept(link("1"), link("2"))
    lease = hand.must_lease()
    hand.finish(lease, GONE, ids(link("1"))[0])
    hand.finish(lease, DEAD, ids(link("2"))[0])
    hand.accept(link("1"), reopen=True)
    hand.index(hand.must_lease())
    hand.accept(link("2"), reopen=True)
    hand.finish(hand.must_lease(), GONE)
    assert [hand.entry(link(path)).state for path in "12"] == ["indexed", "rejected"]


def test_oldest_first_and_no_more_than_asked(hand: Hand) -> None:
    for path in "1234":
        hand.accept(link(path))
        hand.now += 1
    assert hand.must_lease(3).url_ids == tuple(ids(link("1"), link("2"), link("3")))
    assert hand.must_lease(3).url_ids == tuple(ids(link("4")))
    assert hand.lease(3) is None


def test_hosts_take_turns_and_keep_their_distance(hand: Hand) -> None:
    for path in "123":
        hand.accept(link(path, "a.example"), link(path, "b.example"))
        hand.now += 1
    first = hand.must_lease(delay=2.0)
    assert set(first.url_ids) == set(ids(link("1", "a.example"), link("1", "b.example")))
    assert hand.lease(delay=2.0) is None
    hand.now += 1.9
    assert hand.lease(delay=2.0) is None
    hand.now += 0.2
    assert set(hand.must_lease(delay=2.0).url_ids) == set(
        ids(link("2", "a.example"), link("2", "b.example"))
    )


def test_a_short_delay_lets_a_second_s_worth_go_at_once(hand: Hand) -> None:
    hand.accept(*(link(str(number)) for number in range(20)))
    assert len(hand.must_lease(delay=0.25).url_ids) == 4
    assert hand.lease(delay=0.25) is None
    hand.now += 1.0
    assert len(hand.must_lease(delay=0.25).url_ids) == 4


def test_a_host_s_own_delay_replaces_the_default(hand: Hand) -> None:
    hand.frontier.set_delays({"a.example": 10.0, "gone.example": 1.0})
    hand.frontier.set_delays({"a.example": 10.0})
    assert hand.frontier.delay("a.example") == 10.0
    assert hand.frontier.delay("gone.example") is None
    hand.accept(link("1"), link("2"))
    hand.must_lease(delay=0.0)
    hand.now += 9
    assert hand.lease(delay=0.0) is None
    hand.now += 1.1
    assert hand.lease(delay=0.0) is not None


def test_the_distance_holds_for_what_is_accepted_later(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.must_lease(delay=5.0)  # the host has nothing else to fetch now
    hand.accept(link("2"))
    assert hand.lease(delay=5.0) is None
    hand.now += 5.1
    assert hand.lease(delay=5.0) is not None


def test_a_new_url_does_not_wait_for_one_that_is_to_be_tried_again_much_later(hand: Hand) -> None:
    hand.accept(link("slow"))
    hand.finish(hand.must_lease(), Retry(error="timed out", after=3600.0))
    hand.accept(link("breaking"))
    assert hand.must_lease().url_ids == tuple(ids(link("breaking")))


def test_enough_batches_are_enough(hand: Hand) -> None:
    hand.accept(*(link(path) for path in "123"))
    first = hand.must_lease(1)
    hand.must_lease(1)
    assert hand.lease(1, max_batches=2) is None
    hand.index(first)
    assert hand.lease(1, max_batches=2) is not None


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


def test_an_ended_entry_ages_out_and_a_reopened_one_does_not(hand: Hand) -> None:
    hand.accept(link("1"), link("2"))
    lease = hand.must_lease()
    hand.index(lease)
    client, keys = hand.keys.client, hand.keys
    first, second = ids(link("1"), link("2"))
    assert 0 < client.ttl(keys.key(Key.URL, first)) <= KEEP
    assert 0 < client.ttl(keys.key(Key.TRACE, first)) <= KEEP
    hand.accept(link("1"), reopen=True)
    assert client.ttl(keys.key(Key.URL, first)) == client.ttl(keys.key(Key.TRACE, first)) == -1
    assert client.ttl(keys.key(Key.URL, second)) > 0
