"""Subscriptions under a clock that is turned by hand.

What is due when, and what a poll says of the pushes.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.sources.health import EventKind
from pipeline.sources.subscription import State
from storage.open import Stores
from storage.redis.events import Event
from storage.redis.keys import Key
from storage.redis.subscriptions import (
    DENIED_WAIT,
    FIRST_WAIT,
    LONGEST_WAIT,
    VERIFICATION_WINDOW,
    Calendar,
)
from tests.support.subscriptions_by_hand import BASE, ONE, START, TOPIC, TWO, Desk


@pytest.fixture
def desk(stores: Stores) -> Desk:
    return Desk(stores.keyspace)


def test_the_same_offer_again_changes_nothing(desk: Desk) -> None:
    assert desk.offer()
    assert not desk.offer(token="another")
    assert (desk.known.token, desk.known.secret, desk.known.state) == (
        "token",
        "secret",
        State.PENDING,
    )
    assert len(desk.store.all()) == 1


def test_an_offer_that_changed_replaces_one_that_never_held_without_a_word(desk: Desk) -> None:
    desk.offer()
    desk.claim()
    assert desk.offer(TWO, token="new")
    assert [each.token for each in desk.store.all()] == ["new"]
    assert not desk.store.confirm("token", "subscribe", TOPIC, lease=1000)


def test_an_offer_that_changed_unsubscribes_one_that_holds(desk: Desk) -> None:
    desk.activate()
    assert desk.offer(TWO, token="new")
    assert {each.token: each.state for each in desk.store.all()} == {
        "token": State.UNSUBSCRIBING,
        "new": State.PENDING,
    }
    assert {each.token: each.expects for each in desk.claim()} == {
        "token": "unsubscribe",
        "new": "subscribe",
    }
    assert desk.store.confirm("token", "unsubscribe", TOPIC, lease=0)
    assert [each.token for each in desk.store.all()] == ["new"]
    assert desk.known.token == "new"


def test_a_claim_gives_each_request_to_one_of_many(desk: Desk) -> None:
    for number in range(40):
        desk.store.offer(f"source-{number}", ONE, token=f"token-{number}", secret="s")
    with ThreadPoolExecutor(8) as threads:
        claimed = [
            each.token for found in threads.map(lambda _: desk.claim(), range(8)) for each in found
        ]
    assert sorted(claimed) == sorted(f"token-{number}" for number in range(40))


def test_a_request_that_brings_nothing_is_made_again_ever_later(desk: Desk) -> None:
    desk.offer()
    waits: list[float] = []
    for _ in range(9):
        assert desk.due is not None
        desk.now = desk.due
        assert [each.attempts for each in desk.claim()] == [len(waits) + 1]
        waits.append(desk.due - desk.now)
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT


def test_a_verification_is_expected_for_an_hour(desk: Desk) -> None:
    desk.offer()
    # Nothing was asked for yet.
    assert not desk.store.confirm("token", "subscribe", TOPIC, lease=1000)
    desk.claim()
    desk.now += VERIFICATION_WINDOW + 1
    assert not desk.store.confirm("token", "subscribe", TOPIC, lease=1000)
    assert not desk.store.receives(desk.known)
    desk.claim()
    assert desk.store.confirm("token", "subscribe", TOPIC, lease=1000)
    assert desk.store.receives(desk.known)


def test_a_renewal_is_due_after_three_quarters_and_tried_ever_sooner_as_the_end_comes(
    desk: Desk,
) -> None:
    desk.activate(lease=10_000)
    assert desk.due == START + 7500
    desk.now = START + 7499
    assert desk.claim() == []
    tries = 0
    while desk.now < START + 10_000:
        assert desk.due is not None
        desk.now = desk.due
        tries += len(desk.claim())
    assert tries >= 8
    assert desk.known.state is State.LAPSED


def test_a_renewal_keeps_what_was_counted_and_a_lapse_starts_afresh(desk: Desk) -> None:
    desk.activate(lease=1000)
    desk.store.pushed("token", fresh=True)
    desk.now = START + 750
    desk.claim()
    assert desk.store.confirm("token", "subscribe", TOPIC, lease=1000)
    assert (desk.known.active_since, desk.known.lease_end, desk.known.attempts) == (
        START,
        START + 1750,
        0,
    )
    assert desk.polled(fresh=False) is Calendar.LATER
    desk.now = START + 2000
    assert (desk.known.state, desk.store.receives(desk.known)) == (State.LAPSED, False)
    assert desk.polled(fresh=False) is Calendar.UNCHANGED
    desk.claim()
    assert desk.store.confirm("token", "subscribe", TOPIC, lease=1000)
    assert (desk.known.active_since, desk.known.pushes) == (desk.now, 1)
    assert desk.polled(fresh=False) is Calendar.UNCHANGED  # nothing was pushed since


def test_hubs_take_turns_until_one_confirms_and_then_it_stays(desk: Desk) -> None:
    desk.offer(TWO)
    asked = []
    for _ in range(3):
        assert desk.due is not None
        desk.now = desk.due
        asked += [each.hub for each in desk.claim()]
    assert asked == ["https://a.example/", "https://b.example/", "https://a.example/"]
    desk.now += FIRST_WAIT * 10
    desk.claim()
    assert desk.store.confirm("token", "subscribe", TOPIC, lease=10_000)
    desk.now += 7500
    assert [each.hub for each in desk.claim()] == ["https://b.example/"]


def test_a_denial_is_tried_again_after_a_day_and_polls_at_once(desk: Desk) -> None:
    desk.activate()
    desk.polled(fresh=False)
    assert desk.store.deny("token", TOPIC, "no")
    assert (desk.known.state, desk.known.error, desk.due) == (
        State.DENIED,
        "no",
        desk.now + DENIED_WAIT,
    )
    assert desk.next_poll == desk.now
    assert desk.polled(fresh=False) is Calendar.UNCHANGED
    desk.now += DENIED_WAIT
    assert [each.expects for each in desk.claim()] == ["subscribe"]


def test_unsubscribing_is_given_up_after_some_attempts_or_with_the_lease(desk: Desk) -> None:
    desk.activate(lease=1_000_000)
    desk.store.follow([], BASE)
    attempts = 0
    while desk.due is not None:
        desk.now = desk.due
        attempts += len(desk.claim())
    assert attempts == 5
    assert desk.store.all() == []

    desk.now = START
    desk.activate(lease=1000)
    desk.store.follow([], BASE)
    desk.now = START + 1001
    assert desk.claim() == []
    assert desk.store.all() == []


def test_what_was_forgotten_does_not_come_back_with_a_late_word(desk: Desk) -> None:
    desk.offer()
    desk.store.follow([], BASE)
    desk.store.pushed("token", fresh=True)
    desk.store.hinted("token")
    desk.store.ignored("token", "x")
    desk.store.failed("token", "x", after=5, unsigned=True)
    assert not desk.store.deny("token", TOPIC, "x")
    assert desk.store.get("token") is None
    assert desk.keyspace.client.keys(desk.keyspace.pattern(Key.SUBSCRIPTION)) == []


def test_a_secret_is_given_up_only_where_none_ever_held(desk: Desk) -> None:
    desk.offer()
    desk.store.failed("token", "400", unsigned=True)
    assert desk.known.secret == ""
    desk.store.follow([], BASE)
    desk.activate()
    desk.store.failed("token", "400", unsigned=True)
    assert desk.known.secret == "secret"


def test_an_attempt_that_never_reached_the_hub_does_not_count(desk: Desk) -> None:
    desk.offer()
    desk.claim()
    desk.store.failed("token", "busy", after=7, counts=False)
    assert (desk.known.attempts, desk.due) == (0, START + 7)


def test_all_renew_when_the_callbacks_move_and_only_once(desk: Desk) -> None:
    desk.store.follow(["press"], BASE)
    desk.activate()
    desk.store.follow(["press"], BASE)
    assert desk.due != START
    desk.store.follow(["press"], "https://new.example")
    assert desk.due == START
    assert [each.base for each in desk.store.claim_due("https://new.example")] == [
        "https://new.example"
    ]
    due = desk.due
    desk.store.follow(["press"], "https://new.example")
    assert desk.due == due


def event(kind: EventKind) -> Event:
    return Event(at=START, kind=kind, source="press", sentence="»pushed« by a hub")


def test_of_many_who_notice_a_trouble_one_tells_it(desk: Desk, stores: Stores) -> None:
    known = desk.activate()
    with ThreadPoolExecutor(8) as threads:
        told = [
            *threads.map(
                lambda _: desk.store.notify(known, "push_denied", event("push_denied")), range(8)
            )
        ]
    assert told.count(True) == 1
    assert stores.events.recent() == [event("push_denied")]
    assert desk.known.notified == "push_denied"
    assert desk.store.notify(desk.known, "", event("push_recovered"))
    assert (desk.known.notified, stores.events.recent(1)) == ("", [event("push_recovered")])


def test_nothing_is_told_of_a_subscription_that_is_gone(desk: Desk, stores: Stores) -> None:
    desk.offer()
    known = desk.known
    desk.store.follow([], BASE)
    assert not desk.store.notify(known, "push_denied", event("push_denied"))
    assert (stores.events.recent(), desk.store.all()) == ([], [])


def test_what_was_told_of_a_subscription_is_known_of_the_one_that_replaces_it(desk: Desk) -> None:
    desk.offer()
    desk.store.notify(desk.known, "push_denied", event("push_denied"))
    desk.offer(TWO, token="new")
    assert (desk.known.token, desk.known.notified) == ("new", "push_denied")


def test_each_source_has_one_subscription_beside_those_that_are_given_up(desk: Desk) -> None:
    desk.activate()
    desk.offer(TWO, token="new")
    desk.store.offer("other", ONE, token="third", secret="s")
    found = {source: each.token for source, each in desk.store.by_source().items()}
    assert (found, len(desk.store.all())) == ({"press": "new", "other": "third"}, 3)
