"""Feed states and the calendar of polls."""

import threading

import pytest

from pipeline.sources.pushes import MOST_PUSHES, Pushed
from pipeline.sources.state import SourceState
from storage.open import Stores
from storage.redis.events import Event
from storage.redis.keys import Key
from storage.redis.sources import SourceStates

NOW = 1_800_000_000.0


class Time:
    now = NOW


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def feeds(stores: Stores, clock: Time) -> SourceStates:
    return SourceStates(stores.keyspace, clock=lambda: clock.now)


def test_a_new_source_is_due_at_once_and_then_again(feeds: SourceStates, clock: Time) -> None:
    feeds.sync(["a", "b"])
    assert sorted(feeds.claim_due(again=60)) == ["a", "b"]
    assert feeds.claim_due(again=60) == []
    clock.now += 59
    assert feeds.claim_due(again=60) == []
    clock.now += 1
    assert sorted(feeds.claim_due(again=60)) == ["a", "b"]  # a poll that never ended is due again


def test_one_source_is_claimed_whether_it_is_due_or_not(feeds: SourceStates, clock: Time) -> None:
    feeds.sync(["a", "b"])
    feeds.record("a", SourceState(), next_poll=NOW + 500)
    assert feeds.claim("a", again=60)
    assert not feeds.claim("a", again=60)
    assert feeds.claim("b", again=60)
    assert feeds.claim_due() == []
    feeds.record("a", SourceState(), next_poll=NOW + 500)
    assert feeds.claim("a", again=60)
    clock.now += 60
    assert feeds.claim("a", again=60)  # whoever had it has died
    assert feeds.claim("off", again=60)
    assert feeds.next_poll("off") is None


def test_no_more_than_asked_longest_due_first(feeds: SourceStates, clock: Time) -> None:
    for name in "abc":
        feeds.sync(sorted(set("abc"[: "abc".index(name) + 1])))
        clock.now += 1
    assert feeds.claim_due(most=2) == ["a", "b"]
    assert feeds.claim_due(most=2) == ["c"]


def test_two_claimers_share_no_source(feeds: SourceStates) -> None:
    names = [f"source-{number}" for number in range(200)]
    feeds.sync(names)
    claimed: list[list[str]] = [[], []]
    barrier = threading.Barrier(2, timeout=10)

    def claim(mine: list[str]) -> None:
        barrier.wait()
        while found := feeds.claim_due(most=3):
            mine += found

    threads = [threading.Thread(target=claim, args=(mine,)) for mine in claimed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(claimed[0] + claimed[1]) == sorted(names)


def test_the_calendar_follows_the_sources(feeds: SourceStates, clock: Time) -> None:
    feeds.sync(["a", "b"])
    feeds.record("a", SourceState(), next_poll=NOW + 500)
    feeds.sync(["a", "c"])
    assert feeds.next_poll("a") == NOW + 500  # known ones keep their time
    assert feeds.next_poll("b") is None
    assert feeds.claim_due() == ["c"]
    feeds.sync([])
    clock.now += 10_000
    assert feeds.claim_due() == []


def test_a_poll_s_result_is_kept_verbatim(feeds: SourceStates) -> None:
    assert feeds.state("a") == SourceState()
    state = SourceState(
        etag='W/"caf\xe9,\\"',
        last_modified="Fri, 02 Jan 2026 10:00:00 GMT",
        last_poll=NOW + 0.25,
        failures=3,
        error="timed out",
        gone=True,
    )
    feeds.sync(["a"])
    feeds.record("a", state, next_poll=NOW + 900)
    assert feeds.state("a") == state
    assert feeds.next_poll("a") == NOW + 900
    assert feeds.claim_due() == []
    feeds.poll_now("a")
    assert feeds.claim_due() == ["a"]


def test_a_poll_that_ends_after_its_source_was_removed_does_not_bring_it_back(
    feeds: SourceStates,
) -> None:
    feeds.sync(["a"])
    feeds.claim_due()
    feeds.sync([])
    feeds.record("a", SourceState(failures=1), next_poll=NOW + 1)
    assert feeds.next_poll("a") is None


def test_a_poll_that_goes_on_keeps_its_source(feeds: SourceStates, clock: Time) -> None:
    feeds.sync(["a"])
    assert feeds.claim_due(again=60) == ["a"]
    for _ in range(5):
        clock.now += 50
        feeds.renew_claim("a", again=60)
        assert feeds.claim_due() == []
    clock.now += 60  # whoever polled it has died
    assert feeds.claim_due() == ["a"]


def test_a_source_that_is_polled_is_not_polled_beside_that_though_somebody_wants_it_now(
    feeds: SourceStates, clock: Time
) -> None:
    feeds.sync(["a"])
    assert feeds.claim_due() == ["a"]
    feeds.poll_now("a")
    assert feeds.claim_due() == []
    feeds.record("a", SourceState(), next_poll=NOW + 900)
    clock.now += 1
    feeds.poll_now("a")
    assert feeds.claim_due() == ["a"]
    feeds.postpone("a", NOW + 2)
    clock.now += 1
    assert feeds.claim_due() == ["a"]


def test_a_claim_that_is_over_is_not_renewed(feeds: SourceStates, clock: Time) -> None:
    feeds.sync(["a", "b"])
    feeds.claim_due()
    feeds.record("a", SourceState(), next_poll=NOW + 5)
    feeds.sync(["a"])
    feeds.renew_claim("a")
    feeds.renew_claim("b")
    assert (feeds.next_poll("a"), feeds.next_poll("b")) == (NOW + 5, None)
    clock.now += 5
    assert feeds.claim_due() == ["a"]


def test_states_come_in_the_order_asked_for(feeds: SourceStates) -> None:
    feeds.sync(["a", "b"])
    feeds.record("b", SourceState(failures=2), next_poll=NOW)
    assert feeds.states(["a", "b", "c"]) == [SourceState(), SourceState(failures=2), SourceState()]
    assert feeds.states([]) == []


def test_a_poll_that_could_not_begin_is_put_off(feeds: SourceStates) -> None:
    assert feeds.next_due() is None
    feeds.sync(["a", "b"])
    feeds.postpone("a", NOW + 30)
    feeds.postpone("nobody", NOW + 30)
    assert (feeds.next_due(), feeds.next_poll("a"), feeds.next_poll("nobody")) == (
        NOW,
        NOW + 30,
        None,
    )


def test_a_result_and_its_event_are_kept_together(feeds: SourceStates, stores: Stores) -> None:
    event = Event(at=NOW, kind="gone", source="a", sentence="gone: 410")
    feeds.sync(["a"])
    feeds.record("a", SourceState(gone=True), next_poll=NOW + 1, events=[event])
    assert stores.events.recent() == [event]


READ = SourceState(added=NOW - 3_600, last_poll=NOW - 60, last_success=NOW - 60)


def push(number: int) -> Pushed:
    """One article, so many seconds after it was published."""
    return Pushed(at=NOW + number, accepted=1, published=(NOW,))


def test_pushes_count_from_the_next_look_on_and_are_not_counted_again(feeds: SourceStates) -> None:
    feeds.sync(["a", "b"])
    for name in "ab":
        feeds.record(name, READ, next_poll=NOW)
    feeds.pushed("a", push(5))
    feeds.pushed("a", push(9))
    for _ in range(2):
        assert [state.latencies for state in feeds.states(["b", "a"])] == [(), (5, 9)]
    assert feeds.state("a").last_new == NOW + 9
    feeds.record("a", feeds.state("a"), next_poll=NOW)
    assert feeds.state("a").latencies == (5, 9)
    feeds.pushed("a", push(7))
    assert feeds.state("a").latencies == (5, 9, 7)


def test_polls_and_pushes_erase_nothing_of_each_other(feeds: SourceStates) -> None:
    """Not even where two polls overlap, as they do when a hint comes during the first."""
    feeds.record("a", READ, next_poll=NOW)
    slow = feeds.state("a")
    feeds.pushed("a", push(5))
    quick = feeds.state("a")
    feeds.pushed("a", push(9))
    feeds.record("a", quick.model_copy(update={"entries": 12}), next_poll=NOW)
    assert (feeds.state("a").latencies, feeds.state("a").entries) == ((5, 9), 12)
    feeds.record("a", slow, next_poll=NOW)
    assert feeds.state("a").latencies == (5, 9)


def test_pushes_and_polls_at_the_same_time_all_count(feeds: SourceStates) -> None:
    feeds.record("a", READ, next_poll=NOW)
    barrier = threading.Barrier(4, timeout=10)

    def pushing(first: int) -> None:
        barrier.wait()
        for number in range(first, first + 75):
            feeds.pushed("a", push(number))

    def polling() -> None:
        barrier.wait()
        for _ in range(75):
            feeds.record("a", feeds.state("a"), next_poll=NOW)

    threads = [threading.Thread(target=pushing, args=(first,)) for first in (0, 75)]
    threads += [threading.Thread(target=polling) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(feeds.state("a").latencies) == [*range(150)]


def test_pushes_do_not_pile_up_where_nobody_polls(feeds: SourceStates, stores: Stores) -> None:
    feeds.record("a", READ, next_poll=NOW)
    for number in range(MOST_PUSHES * 3):
        feeds.pushed("a", push(number))
    key = stores.keyspace.key(Key.PUSHED, "a")
    # Redis cuts whole nodes.
    assert MOST_PUSHES <= stores.keyspace.client.xlen(key) <= MOST_PUSHES + 200
    assert stores.keyspace.client.memory_usage(key) < 40_000
    assert stores.keyspace.client.ttl(key) > 0
    assert feeds.state("a").latencies[-1] == MOST_PUSHES * 3 - 1
