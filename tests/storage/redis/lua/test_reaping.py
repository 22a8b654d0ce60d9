"""Expired leases: what was lost is sent again, and the page that kills its workers is found."""

from pipeline.urls import UrlId
from storage.redis.keys import Key
from storage.redis.ledger.leases import Lease
from tests.support.ledger_by_hand import DEAD, LEASE, Hand, ids, link


def _die(hand: Hand, lease: Lease) -> list[Lease]:
    """A worker begins the batch and falls."""
    assert hand.frontier.advance(lease.batch, 1, "crawl")
    hand.now += LEASE
    return hand.reap()


def test_a_lost_message_costs_no_death(hand: Hand) -> None:
    hand.accept(link("1"), link("2"))
    lease = hand.must_lease()
    for _ in range(5):
        hand.now += LEASE
        (lease,) = hand.reap()
        assert (len(lease.url_ids), lease.crashes, lease.poisoned) == (2, 0, False)
    assert hand.entry(link("1")).attempts == 1


def test_a_batch_that_waits_between_two_stages_costs_no_death(hand: Hand) -> None:
    hand.accept(link("1"), link("2"))
    lease = hand.must_lease()
    for _ in range(5):
        assert hand.frontier.advance(lease.batch, 1, "crawl")
        assert hand.frontier.finish(lease.batch, []) == 0
        hand.now += LEASE
        (lease,) = hand.reap()
        assert (len(lease.url_ids), lease.crashes, lease.poisoned) == (2, 0, False)


def _index_all_but(hand: Hand, poison: UrlId, leases: list[Lease]) -> Lease:
    (left,) = [each for each in leases if poison in each.url_ids]
    for lease in leases:
        if lease is not left:
            assert not lease.poisoned
            hand.index(lease)
    return left


def test_whole_then_halves_then_alone_then_poisoned(hand: Hand) -> None:
    hand.accept(*(link(path) for path in "1234"))
    poison = ids(link("3"))[0]
    (whole,) = _die(hand, hand.must_lease())
    assert (len(whole.url_ids), whole.crashes) == (4, 1)
    lease, sizes = whole, list[list[int]]()
    while not lease.poisoned:
        leases = _die(hand, lease)
        sizes.append([len(each.url_ids) for each in leases])
        lease = _index_all_but(hand, poison, leases)
    assert sizes == [[2, 2], [1, 1], [1]]
    assert lease.url_ids == (poison,)
    assert hand.finish(lease, DEAD) == 1
    totals = hand.ledger.totals()
    assert (totals.indexed, totals.dead, totals.in_flight) == (3, 1, 0)


def test_a_page_alone_dies_of_its_own_crashes_only(hand: Hand) -> None:
    """Its batch fell often, but alone it was never begun: a lost message must not make it dead."""
    hand.accept(*(link(path) for path in "1234"))
    leases = _die(hand, hand.must_lease())
    for _ in range(2):
        leases = sorted(_die(hand, leases[0]), key=lambda lease: lease.batch)
    assert [len(lease.url_ids) for lease in leases] == [
        1,
        1,
        1,
        1,
    ]  # the other half was never begun
    assert sorted(lease.crashes for lease in leases) == [2, 2, 3, 3]
    hand.now += LEASE
    assert not any(lease.poisoned for lease in hand.reap())


def test_a_fallen_page_stays_fallen_when_the_reaper_falls_too(hand: Hand) -> None:
    hand.accept(link("1"))
    lease = hand.must_lease()
    while not lease.poisoned:
        (lease,) = _die(hand, lease)
    assert not hand.frontier.advance(lease.batch, 1, "crawl")
    hand.now += LEASE
    (again,) = hand.reap()
    assert again.poisoned
    assert hand.finish(again, DEAD) == 1


def test_two_reapers_share_the_work(hand: Hand) -> None:
    hand.accept(*(link(path) for path in "123"))
    for _ in range(3):
        hand.must_lease(1)
    hand.now += LEASE
    first = hand.frontier.reap(max_crashes=3, most=2)
    second = hand.frontier.reap(max_crashes=3, most=2)
    assert [len(first), len(second)] == [2, 1]
    assert len({url for lease in first + second for url in lease.url_ids}) == 3


def test_a_batch_that_an_earlier_version_left_as_poisoned_is_poisoned_still(hand: Hand) -> None:
    """It marked it by stage 99, which no stage comes after."""
    hand.accept(link("1"))
    lease = hand.must_lease()
    left = {"stage": 99, "at_work": 1, "deaths": 3, "leased_at": hand.now}
    hand.keys.client.hset(hand.keys.key(Key.BATCH, lease.batch), mapping=left)
    assert not hand.frontier.advance(lease.batch, 1, "crawl")
    hand.now += LEASE
    (again,) = hand.reap()
    assert (again.poisoned, again.crashes) == (True, 4)
    assert not hand.frontier.advance(again.batch, 1, "crawl")
    assert "poisoned" not in hand.ledger.trace(again.url_ids[0])[-1]["stages"]
    assert hand.finish(again, DEAD) == 1
