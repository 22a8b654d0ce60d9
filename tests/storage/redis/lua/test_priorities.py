"""In which order URLs are leased: urgent ones first, sources and hosts fairly, nobody never."""

from collections import Counter

import pytest

from pipeline.outcome import Retry
from pipeline.priority import URGENT_IN_A_ROW, Announcement, Priority, most_batches
from pipeline.records import Link
from pipeline.urls import UrlId
from storage.redis.keys import Key
from storage.redis.ledger.leases import Lease
from tests.support.ledger_by_hand import LEASE, Hand, ids, link

LATER = Retry(error="x", after=10.0)
POLITE = 1.0


def links(count: int, host: str = "a.example", source: str = "harbour") -> list[Link]:
    return [link(f"{source}/{number}", host, source=source) for number in range(count)]


def sources_of(hand: Hand, lease: Lease) -> Counter[str]:
    return Counter(leased.link.source for leased in hand.frontier.leased(lease.batch))


@pytest.mark.parametrize("announcement", Announcement)
def test_what_is_announced_goes_by_its_table(hand: Hand, announcement: Announcement) -> None:
    hand.accept(link("old"))
    hand.now += 1
    hand.accept(link("new"), announcement=announcement)
    lease = hand.must_lease(1)
    is_urgent = announcement.priority is Priority.URGENT
    assert lease.url_ids == tuple(ids(link("new" if is_urgent else "old")))
    assert lease.priority is announcement.priority


def test_urgent_ones_go_first_at_their_host(hand: Hand) -> None:
    hand.accept(*links(50))
    hand.now += 1
    hand.push(link("news"))
    assert hand.must_lease(delay=POLITE).url_ids == tuple(ids(link("news")))
    assert hand.lease(delay=POLITE) is None
    hand.now += POLITE
    assert hand.must_lease(delay=POLITE).priority is Priority.BULK


def test_urgent_ones_of_another_host_do_not_wait_for_a_full_one(hand: Hand) -> None:
    for number in range(300):
        hand.accept(link("1", f"h{number}.example"))
    hand.now += 1
    hand.push(link("news", "z.example"))
    assert hand.must_lease(1).url_ids == tuple(ids(link("news", "z.example")))


def test_urgent_and_bulk_ones_travel_apart(hand: Hand) -> None:
    hand.accept(*links(3))
    hand.push(link("news"))
    assert [(each.priority, len(each.url_ids)) for each in (hand.must_lease(), hand.must_lease())] \
        == [(Priority.URGENT, 1), (Priority.BULK, 3)]  # fmt: skip


@pytest.mark.parametrize("announcement", [Announcement.PUSH, Announcement.BACKLOG])
def test_sources_of_a_host_take_turns(hand: Hand, announcement: Announcement) -> None:
    hand.accept(*links(50, source="archive"), announcement=announcement)
    hand.now += 1
    hand.accept(*links(5, source="press"), announcement=announcement)
    assert sources_of(hand, hand.must_lease(8)) == {"archive": 4, "press": 4}
    turns: list[str] = []
    for _ in range(4):
        hand.now += POLITE
        turns += sources_of(hand, hand.must_lease(1, delay=POLITE))
    assert turns.count("press") == 1
    assert turns.count("archive") == 3


def test_a_source_that_comes_later_is_next(hand: Hand) -> None:
    hand.accept(*links(50, source="archive"))
    hand.must_lease(1)
    hand.now += 1
    hand.must_lease(1)
    hand.accept(*links(1, source="press"))
    hand.now += 1
    assert "press" in [source for _ in range(2) for source in sources_of(hand, hand.must_lease(1))]


def test_bulk_ones_have_a_turn_after_so_many_urgent_ones(hand: Hand) -> None:
    hand.accept(*links(1_000, "bulk.example"))
    hand.push(*links(1_000, "news.example"))
    taken: Counter[str] = Counter()
    for _ in range(20 * (URGENT_IN_A_ROW + 1)):
        lease = hand.must_lease(1)
        assert lease.priority is Priority.URGENT  # its turn also carries it through the stages
        taken[hand.frontier.leased(lease.batch)[0].link.url.host] += 1
        hand.index(lease)
    assert taken == {"news.example": 20 * URGENT_IN_A_ROW, "bulk.example": 20}


def test_bulk_ones_have_a_turn_at_a_host_that_is_never_without_urgent_ones(hand: Hand) -> None:
    hand.accept(*links(10, source="archive"))
    hand.push(*links(100, source="press"))
    taken: Counter[str] = Counter()
    for _ in range(5 * (URGENT_IN_A_ROW + 1)):
        lease = hand.must_lease(delay=POLITE)
        taken += sources_of(hand, lease)
        hand.index(lease)
        hand.now += POLITE
    assert taken == {"press": 5 * URGENT_IN_A_ROW, "archive": 5}


def test_large_urgent_batches_leave_bulk_ones_the_same_share(hand: Hand) -> None:
    hand.accept(*links(1_000, "bulk.example"))
    hand.push(*links(1_000, "news.example"))
    sizes = [len(hand.must_lease(2 * URGENT_IN_A_ROW).url_ids) for _ in range(4)]
    assert sizes == [2 * URGENT_IN_A_ROW, 2, 2 * URGENT_IN_A_ROW, 2]


def test_urgent_ones_have_room_where_bulk_batches_use_all_theirs(hand: Hand) -> None:
    hand.accept(*links(50, "bulk.example"))
    for _ in range(4):
        hand.lease(1, max_batches=4)
    assert hand.lease(1, max_batches=4) is None
    hand.push(*links(5, "news.example"))
    assert most_batches(4) == 5
    lease = hand.lease(1, max_batches=4)
    assert lease is not None
    assert lease.priority is Priority.URGENT
    assert hand.lease(1, max_batches=4) is None


def test_a_retry_keeps_its_priority(hand: Hand) -> None:
    hand.push(link("news"))
    hand.finish(hand.must_lease(), LATER)
    hand.now += 10
    hand.accept(*links(3))
    assert hand.must_lease(1).url_ids == tuple(ids(link("news")))


def test_what_waits_as_bulk_is_promoted_by_a_push_and_not_by_a_poll(hand: Hand) -> None:
    hand.accept(*links(20))
    last = links(20)[-1]
    hand.accept(last, announcement=Announcement.POLL)
    assert hand.must_lease(1).priority is Priority.BULK
    hand.push(last)
    assert hand.must_lease(1).url_ids == tuple(ids(last))
    assert hand.balanced()


def test_the_last_bulk_url_of_a_host_can_be_promoted(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.push(link("1"))
    assert not hand.keys.client.exists(hand.keys.key(Key.HOSTS))
    assert hand.must_lease().priority is Priority.URGENT
    assert hand.lease() is None


def test_a_promotion_shortens_no_wait(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.finish(hand.must_lease(), LATER)
    hand.push(link("1"))
    assert hand.lease() is None
    hand.now += 10
    assert hand.must_lease().priority is Priority.URGENT


def test_a_promotion_holds_up_no_other_url_of_its_source(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.finish(hand.must_lease(), LATER)
    hand.accept(link("2"))
    hand.push(link("1"))
    assert hand.must_lease().url_ids == tuple(ids(link("2")))


def test_what_is_leased_is_urgent_when_it_comes_back(hand: Hand) -> None:
    hand.accept(link("1"))
    lease = hand.must_lease()
    hand.push(link("1"))
    hand.finish(lease, LATER)
    hand.now += 10
    assert hand.must_lease().priority is Priority.URGENT


def test_a_reopened_url_has_the_priority_of_what_reopens_it(hand: Hand) -> None:
    hand.push(link("1"))
    hand.index(hand.must_lease())
    hand.accept(link("1"), reopen=True)
    assert hand.must_lease().priority is Priority.BULK


def test_a_batch_whose_message_was_overtaken_all_the_time_is_overtaken_no_more(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.must_lease()
    hand.now += LEASE
    (again,) = hand.reap()
    assert again.priority is Priority.URGENT


def test_a_batch_whose_worker_crashed_keeps_its_priority(hand: Hand) -> None:
    hand.accept(link("1"))
    hand.frontier.advance(hand.must_lease().batch, 1, "crawl")
    hand.now += LEASE
    (again,) = hand.reap()
    assert again.priority is Priority.BULK


@pytest.mark.parametrize("announcement", [Announcement.PUSH, Announcement.BACKLOG])
def test_what_has_waited_for_the_index_keeps_its_priority(
    hand: Hand, announcement: Announcement
) -> None:
    hand.accept(link("1"), announcement=announcement)
    hand.frontier.wait(hand.must_lease().batch, "{}", outcome=Retry(error="x"))
    (again,) = hand.frontier.resume(1, all_ready=True)
    assert again.priority is announcement.priority


def test_queues_of_an_earlier_release_are_worked_off(hand: Hand) -> None:
    hand.accept_as_before(*links(5), *links(5, "b.example"))
    hand.accept(*links(3, source="press"))
    hand.push(link("news"))
    taken: list[UrlId] = []
    while lease := hand.lease(2):
        taken += lease.url_ids
        hand.index(lease)
    expected = [*links(5), *links(5, "b.example"), *links(3, source="press"), link("news")]
    assert sorted(taken) == sorted(ids(*expected))
    assert taken[0] == ids(link("news"))[0]
    assert hand.balanced()
    assert hand.ledger.totals().indexed == len(expected)
    assert not list(hand.keys.client.scan_iter(match=hand.keys.pattern(Key.QUEUE)))
    assert not hand.keys.client.exists(hand.keys.key(Key.HOSTS))


def test_queues_of_an_earlier_release_are_found_again_after_an_urgent_lease(hand: Hand) -> None:
    hand.accept_as_before(*links(2))
    hand.push(link("news"))
    assert hand.must_lease(delay=POLITE).url_ids == tuple(ids(link("news")))
    hand.now += POLITE
    assert hand.must_lease(1, delay=POLITE).priority is Priority.BULK


def test_a_url_in_a_queue_of_an_earlier_release_can_be_promoted(hand: Hand) -> None:
    hand.accept_as_before(*links(3))
    last = links(3)[-1]
    hand.push(last)
    assert hand.must_lease().url_ids == tuple(ids(last))
    assert len(hand.must_lease().url_ids) == 2
    assert hand.balanced()


def test_a_batch_of_an_earlier_release_goes_on_as_bulk(hand: Hand) -> None:
    client, key = hand.keys.client, hand.keys.key
    hand.accept(link("1"))
    batch = hand.must_lease().batch
    client.hdel(key(Key.BATCH, batch), "priority")
    client.hdel(key(Key.URL, ids(link("1"))[0]), "priority")
    hand.frontier.advance(batch, 1, "crawl")
    hand.now += LEASE
    (again,) = hand.reap()
    assert again.priority is Priority.BULK
    hand.finish(again, LATER)
    hand.now += 10
    assert hand.must_lease().priority is Priority.BULK
