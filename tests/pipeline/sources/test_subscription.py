"""What is said of subscriptions, and what is notified once."""

from typing import Any

import pytest

from pipeline.sources.subscription import State, Subscription, assess_pushes, trouble_news

NOW = 1_764_000_000.0  # 2025-11-24 16:00 UTC
DAY = 86_400.0
HUB = "https://hub.example/"


def subscription(state: State = State.ACTIVE, **fields: Any) -> Subscription:
    """One that was pushed three minutes ago, unless said otherwise."""
    active = {
        "active_since": NOW - DAY,
        "lease_end": NOW + 6 * DAY,
        "last_push": NOW - 180,
        "pushes": 9,
    }
    known = {
        "token": "t" * 32,
        "secret": "s" * 64,
        "source": "press",
        "topic": "https://press.example/feed",
        "hub": HUB,
        "hubs": (HUB,),
        "state": state,
        "next_request": NOW + 1_200,
        **(active if state in {State.ACTIVE, State.LAPSED} else {}),
    }
    return Subscription.model_validate({**known, **fields})


UNTIL = "lease until 2025-11-30 16:00 UTC"
ENDED = {"lease_end": NOW - 600}
DENIED = {"error": "the hub denied the subscription: not on our list"}
SAID: list[tuple[Subscription, str]] = [
    (
        subscription(),
        "pushed by https://hub.example/, last push 3 min ago, lease until 2025-11-30 16:00 UTC",
    ),
    (
        subscription(secret=""),
        (
            "polled when https://hub.example/ says that there is news, last 3 min ago, lease until "
            "2025-11-30 16:00 UTC"
        ),
    ),
    (
        subscription(last_hint=NOW - 180, hub="https://h.example/", error="it signs with SHA-1"),
        "polled when https://h.example/ says that there is news (it signs with SHA-1), last 3 min "
        "ago, " + UNTIL,
    ),
    (
        subscription(last_push=0.0),
        "no push by https://hub.example/ yet; polled as usual",
    ),
    (
        subscription(last_push=0.0, bad_signatures=4, error="a push came with a wrong signature"),
        "no push by https://hub.example/ yet (a push came with a wrong signature); polled as usual",
    ),
    (
        subscription(suspected=NOW - 3_600),
        (
            "pushes by https://hub.example/ missed news at 2025-11-24 15:00 UTC; polled as if "
            "there were none"
        ),
    ),
    (
        subscription(State.DENIED, **DENIED),
        "the hub denied the subscription: not on our list; polled instead, asked again in 20 min",
    ),
    (
        subscription(State.LAPSED, attempts=2, error="timed out", **ENDED),
        (
            "https://hub.example/ did not renew the lease that ended 10 min ago (timed out); "
            "polled instead, asked again in 20 min"
        ),
    ),
    (
        subscription(State.LAPSED, attempts=1, **ENDED),
        "the lease at https://hub.example/ ended 10 min ago; polled instead, asked again in 20 min",
    ),
    (
        subscription(
            State.PENDING, attempts=3, error="the hub did not take the request: timed out"
        ),
        (
            "no pushes by https://hub.example/: the hub did not take the request: timed out; asked "
            "again in 20 min"
        ),
    ),
    (
        subscription(State.PENDING, attempts=1, next_request=NOW - 1),
        "https://hub.example/ has not verified the subscription yet; asked again now",
    ),
    (subscription(State.PENDING), "https://hub.example/ will be asked for pushes"),
    (
        subscription(State.UNSUBSCRIBING),
        "https://hub.example/ is told that pushes are no longer wanted",
    ),
]


@pytest.mark.parametrize(("known", "sentence"), SAID)
def test_where_a_subscription_stands_is_said(known: Subscription, sentence: str) -> None:
    assert assess_pushes(known, NOW).sentence == sentence


@pytest.mark.parametrize("known", [known for known, _ in SAID])
def test_a_verdict_holds_no_secret(known: Subscription) -> None:
    text = assess_pushes(known, NOW).model_dump_json()
    assert "t" * 32 not in text
    assert "s" * 64 not in text


def test_pushes_are_relied_on_from_the_first_one_until_they_are_suspected() -> None:
    assert assess_pushes(subscription(), NOW).reliable
    assert not assess_pushes(subscription(last_push=NOW - 2 * DAY), NOW).reliable  # before it held
    assert not assess_pushes(subscription(suspected=NOW - 60), NOW).reliable
    assert not assess_pushes(subscription(State.LAPSED), NOW).reliable


def test_times_that_never_were_are_none() -> None:
    verdict = assess_pushes(subscription(State.PENDING), NOW)
    assert (verdict.lease_end, verdict.last_push, verdict.suspected, verdict.error) == (
        None,
        None,
        None,
        None,
    )
    assert verdict.next_request == NOW + 1_200


@pytest.mark.parametrize(
    ("known", "kind"),
    [
        (subscription(State.DENIED), "push_denied"),
        (subscription(State.LAPSED, attempts=2), "push_lapsed"),
        (subscription(suspected=NOW, doubts=2), "push_missed"),
    ],
)
def test_trouble_is_told_once_and_so_is_its_end(known: Subscription, kind: str) -> None:
    assert trouble_news(known) == (kind, kind)
    told = known.model_copy(update={"notified": kind})
    assert trouble_news(told) is None
    assert trouble_news(subscription(told=kind)) == ("", "push_recovered")


@pytest.mark.parametrize("told", ["", "push_denied"])
@pytest.mark.parametrize(
    "known",
    [
        subscription(State.PENDING, attempts=5),
        subscription(State.UNSUBSCRIBING),
        # Asked for the first time: we may have been stopped meanwhile.
        subscription(State.LAPSED, attempts=1),
        subscription(suspected=NOW, doubts=1),  # the poll may have been just quicker than the push
    ],
)
def test_what_may_be_no_trouble_is_not_notified_and_ends_none(
    known: Subscription, told: str
) -> None:
    assert trouble_news(known.model_copy(update={"told": told})) is None


def test_one_trouble_after_another_is_told_as_well() -> None:
    assert trouble_news(subscription(State.DENIED, notified="push_missed")) == (
        "push_denied",
        "push_denied",
    )


def test_a_subscription_that_is_well_is_no_news() -> None:
    assert trouble_news(subscription()) is None
