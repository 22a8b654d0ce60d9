"""Feed states and the calendar of polls."""

import threading

import pytest

from pipeline.discover.state import FeedState
from storage.open import Stores
from storage.redis.events import Event
from storage.redis.feeds import Feeds

NOW = 1_800_000_000.0


class Time:
    now = NOW


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def feeds(stores: Stores, clock: Time) -> Feeds:
    return Feeds(stores.keyspace, clock=lambda: clock.now)


def test_a_new_source_is_due_at_once_and_then_again(feeds: Feeds, clock: Time) -> None:
    feeds.sync(["a", "b"])
    assert sorted(feeds.claim_due(again=60)) == ["a", "b"]
    assert feeds.claim_due(again=60) == []
    clock.now += 59
    assert feeds.claim_due(again=60) == []
    clock.now += 1
    assert sorted(feeds.claim_due(again=60)) == ["a", "b"]  # a poll that never ended is due again


def test_no_more_than_asked_longest_due_first(feeds: Feeds, clock: Time) -> None:
    for name in "abc":
        feeds.sync(sorted(set("abc"[: "abc".index(name) + 1])))
        clock.now += 1
    assert feeds.claim_due(most=2) == ["a", "b"]
    assert feeds.claim_due(most=2) == ["c"]


def test_two_claimers_share_no_source(feeds: Feeds) -> None:
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


def test_the_calendar_follows_the_sources(feeds: Feeds, clock: Time) -> None:
    feeds.sync(["a", "b"])
    feeds.record("a", FeedState(), next_poll=NOW + 500)
    feeds.sync(["a", "c"])
    assert feeds.next_poll("a") == NOW + 500  # known ones keep their time
    assert feeds.next_poll("b") is None
    assert feeds.claim_due() == ["c"]
    feeds.sync([])
    clock.now += 10_000
    assert feeds.claim_due() == []


def test_a_poll_s_result_is_kept_verbatim(feeds: Feeds) -> None:
    assert feeds.state("a") == FeedState()
    state = FeedState(
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


def test_a_poll_that_ends_after_its_source_was_removed_does_not_bring_it_back(feeds: Feeds) -> None:
    feeds.sync(["a"])
    feeds.claim_due()
    feeds.sync([])
    feeds.record("a", FeedState(failures=1), next_poll=NOW + 1)
    assert feeds.next_poll("a") is None


def test_what_was_announced_without_a_date_is_known_again(feeds: Feeds) -> None:
    one, two, three = (digit * 32 for digit in "123")
    assert feeds.new_undated("a", [one]) is None  # before a first look, nobody can tell
    feeds.remember_undated("a", [])
    assert feeds.new_undated("a", [one, two]) == [one, two]
    feeds.remember_undated("a", [one, two, one])
    assert feeds.new_undated("a", [three, two, one]) == [three]
    assert feeds.new_undated("b", [one]) is None


def test_of_what_was_announced_without_a_date_the_last_hundred_thousand_are_known(feeds: Feeds) -> None:
    ids = [f"{number:012x}" for number in range(100_001)]
    feeds.remember_undated("a", ids[:2])
    feeds.remember_undated("a", ids[2:])
    assert feeds.new_undated("a", ids) == ids[:1]


def test_states_come_in_the_order_asked_for(feeds: Feeds) -> None:
    feeds.sync(["a", "b"])
    feeds.record("b", FeedState(failures=2), next_poll=NOW)
    assert feeds.states(["a", "b", "c"]) == [FeedState(), FeedState(failures=2), FeedState()]
    assert feeds.states([]) == []


def test_a_poll_that_could_not_begin_is_put_off(feeds: Feeds) -> None:
    assert feeds.next_due() is None
    feeds.sync(["a", "b"])
    feeds.postpone("a", NOW + 30)
    feeds.postpone("nobody", NOW + 30)
    assert (feeds.next_due(), feeds.next_poll("a"), feeds.next_poll("nobody")) == (NOW, NOW + 30, None)


def test_a_result_and_its_event_are_kept_together(feeds: Feeds, stores: Stores) -> None:
    event = Event(at=NOW, kind="gone", source="a", sentence="gone: 410")
    feeds.sync(["a"])
    feeds.record("a", FeedState(gone=True), next_poll=NOW + 1, events=[event])
    assert stores.events.recent() == [event]
