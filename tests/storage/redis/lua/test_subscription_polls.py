"""What a poll says of the pushes, and a push of the next poll."""

import itertools

import pytest

from pipeline.sources.state import SourceState
from storage.open import Stores
from storage.redis.subscriptions import (
    HINT_GAP,
    Calendar,
)
from tests.support.subscriptions_by_hand import SLOW, START, TOPIC, Desk


@pytest.fixture
def desk(stores: Stores) -> Desk:
    return Desk(stores.keyspace)


def test_hints_bring_a_poll_forward_but_not_more_often_than_the_gap(desk: Desk) -> None:
    desk.activate()
    desk.polled(fresh=False)
    polls = []
    for _ in range(200):  # a hint each second
        desk.now += 1
        desk.store.hinted("token")
        if desk.next_poll <= desk.now:
            polls.append(desk.now)
            desk.polled(fresh=False, took=0)
    assert len(polls) in {6, 7}
    assert all(later - earlier >= HINT_GAP for earlier, later in itertools.pairwise(polls))


def test_a_hint_during_a_poll_is_not_lost(desk: Desk) -> None:
    desk.activate()
    started = desk.now
    desk.now += 1
    desk.store.hinted("token")
    # The poll's end, which knows nothing of it.
    desk.feeds.record("press", SourceState(), next_poll=started + 900)
    assert desk.store.polled("press", started=started, fresh=False, slow=SLOW) is Calendar.SOONER
    assert desk.next_poll == desk.now


def test_a_hint_does_not_put_a_source_on_the_calendar(desk: Desk) -> None:
    desk.activate()
    desk.feeds.sync([])
    desk.store.hinted("token")
    assert desk.feeds.next_poll("press") is None


def test_polls_are_slow_only_while_pushes_bring_the_news(desk: Desk) -> None:
    desk.activate()
    assert desk.polled(fresh=False) is Calendar.UNCHANGED
    desk.store.pushed("token", fresh=True)
    started = desk.now
    assert desk.polled(fresh=False) is Calendar.LATER
    assert desk.next_poll == started + SLOW
    assert desk.polled(fresh=True, after=SLOW) is Calendar.UNCHANGED
    assert (desk.known.suspected > 0, desk.due) == (True, desk.now)
    assert desk.polled(fresh=False, after=900) is Calendar.UNCHANGED  # nothing was pushed meanwhile
    desk.store.pushed("token", fresh=True)
    assert desk.polled(fresh=True, after=900) is Calendar.UNCHANGED  # pushes come, but not all
    desk.store.pushed("token", fresh=True)
    assert desk.polled(fresh=False, after=900) is Calendar.LATER
    assert (desk.known.suspected, desk.known.error) == (0, "")


def test_news_that_a_hint_led_to_is_no_miss(desk: Desk) -> None:
    desk.activate()
    desk.polled(fresh=False)
    desk.now += 100
    desk.store.hinted("token")
    assert desk.polled(fresh=True, after=1) is Calendar.LATER
    assert desk.polled(fresh=True, after=900) is Calendar.UNCHANGED  # this one, none led to


def test_a_poll_that_began_before_the_subscription_held_says_nothing(desk: Desk) -> None:
    desk.now -= 10
    started = desk.now
    desk.now += 10
    desk.activate()
    desk.store.pushed("token", fresh=False)
    assert desk.store.polled("press", started=started, fresh=True, slow=SLOW) is Calendar.LATER
    assert desk.known.suspected == 0


def test_a_slow_poll_ends_with_the_lease_and_never_comes_sooner_than_usual(desk: Desk) -> None:
    desk.activate(lease=5000)
    desk.store.pushed("token", fresh=True)
    started = desk.now
    desk.polled(fresh=False)
    assert desk.next_poll == START + 5000
    desk.now = START + 4990
    started = desk.now
    desk.polled(fresh=False)
    assert desk.next_poll == started + 900


def test_polls_that_find_news_are_counted_until_pushes_bring_them_again(desk: Desk) -> None:
    desk.activate()
    doubts = []
    for fresh in (True, False, True):
        desk.polled(fresh=fresh, after=900)
        doubts.append(desk.known.doubts)
    assert doubts == [1, 1, 2]
    desk.now += 1
    desk.store.pushed("token", fresh=True)
    desk.polled(fresh=False, after=900)
    assert (desk.known.doubts, desk.known.suspected) == (0, 0)
    desk.polled(fresh=True, after=900)
    desk.now = desk.known.lease_end + 1
    desk.claim()
    assert desk.store.confirm("token", "subscribe", TOPIC, lease=1000)
    assert desk.known.doubts == 0


def test_why_pushes_are_not_believed_outlasts_a_poll_that_finds_what_they_missed(
    desk: Desk,
) -> None:
    desk.activate()
    desk.store.ignored("token", "it signs with SHA-1")
    desk.polled(fresh=True)
    assert desk.known.error == "it signs with SHA-1"
