from storage.open import Stores
from storage.redis.health.message_lists import message_lists
from storage.redis.health.work import OVERDUE_SECONDS, QueueState, work_state
from storage.redis.keys import Key
from tests.support.ledger_by_hand import START, Hand, link


def test_nothing_is_overdue_where_nothing_waits(stores: Stores) -> None:
    work = work_state(stores.keyspace, now=START, queues=["crawl"])
    assert (work.leased, work.waiting, work.sources, work.sources_overdue) == (0, 0, 0, 0)
    assert (work.oldest_batch, work.frontier_overdue, work.poll_lag) == (0.0, 0.0, 0.0)
    assert work.queues == {"crawl": QueueState(0, 0.0)}


def test_ages_are_those_of_the_oldest(hand: Hand) -> None:
    hand.accept(link("a"))
    hand.must_lease()
    hand.now += 5
    hand.accept(link("b"))
    hand.must_lease()
    hand.accept(link("c"))
    hand.now += 2
    work = work_state(hand.keys, now=hand.now, queues=[])
    assert (work.leased, work.oldest_batch, work.frontier_overdue) == (2, 7.0, 2.0)
    hand.push(link("d", "d.example"))
    hand.must_lease(1)  # d
    hand.must_lease(1)  # c
    hand.push(link("e"))
    work = work_state(hand.keys, now=hand.now + 3, queues=[])
    assert work.frontier_overdue == 3.0


def test_sources_are_overdue_after_a_minute(stores: Stores) -> None:
    stores.keyspace.client.zadd(
        stores.keyspace.key(Key.DUE),
        {"late": START - OVERDUE_SECONDS - 1, "due": START - 10, "later": START + 10},
    )
    work = work_state(stores.keyspace, now=START, queues=[])
    assert (work.sources, work.sources_overdue, work.poll_lag) == (3, 1, 61.0)


def test_a_queue_is_idle_only_while_messages_wait(stores: Stores) -> None:
    keys = stores.keyspace
    for queue in ("crawl", "index"):
        keys.client.hset(keys.key(Key.PROGRESS), queue, START - 30)
    for each in message_lists(keys, "crawl"):
        keys.client.rpush(each, "message")
    work = work_state(keys, now=START, queues=["crawl", "index"])
    assert work.queues == {"crawl": QueueState(2, 30.0), "index": QueueState(0, 0.0)}
