"""Subscribing as hubs and feeds see it: real requests, real callbacks."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config.sources import Source
from config.sources_file import save
from pipeline.outcome import Reason, Rejected
from pipeline.sources.subscription import State
from pipeline.urls import Url
from tests.support.servers.fault_server import TrapNetwork
from tests.support.servers.hub import HUB, TOPIC, Hub
from tests.support.subscriber import PRESS, Subscriber, feed
from tests.support.world import wait_until
from workers.processes import heartbeat
from workers.resources import Resources
from workers.sources.polling import poll_due
from workers.sources.subscriber import subscribe_due

HUB_LINK = ("Link", f'<{HUB}>; rel="hub"')
SELF_LINK = ("Link", f'<{TOPIC}>; rel="self"')
PLAIN = feed("one", hub=None, topic=None)


def test_a_callback_cannot_be_guessed_and_a_secret_goes_with_it(
    subscribing: Callable[..., Subscriber], hub: Hub
) -> None:
    second = Source(id="second", feed="http://press.example/second")
    hub.page("/second", feed("two", topic="http://press.example/second"))
    subscriber = subscribing(PRESS, second)
    first, other = subscriber.subscribe(), subscriber.subscribe(second)
    for one in (first, other):
        assert len(one.token) * 6 >= 128  # six bits each
        assert 32 <= len(one.secret) < 200
        assert one.token not in repr(one)
        assert one.secret not in repr(one)
    assert first.token != other.token
    assert first.secret != other.secret
    assert [form["hub.secret"] for form in hub.requests] == [first.secret, other.secret]


def test_the_lease_that_the_hub_grants_is_kept(subscriber: Subscriber, hub: Hub) -> None:
    hub.lease = 5000
    subscription = subscriber.subscribe()
    assert subscription.lease_end == pytest.approx(time.time() + 5000, abs=5)
    assert subscription.next_request == pytest.approx(time.time() + 3750, abs=5)
    assert subscriber.tick() == 0


def test_a_hub_may_verify_before_it_answers_the_request(subscriber: Subscriber, hub: Hub) -> None:
    hub.at_once = True
    assert subscriber.subscribe().state is State.ACTIVE


@pytest.mark.parametrize(
    "text",
    ["- {id: [", "- {id: press, feeed: x}", f"- {{idd: press, feed: '{TOPIC}'}}"],
)
def test_a_process_that_cannot_use_the_source_leaves_its_subscription_alone(
    subscriber: Subscriber, hub: Hub, text: str
) -> None:
    before = subscriber.subscribe()
    settings = subscriber.resources.settings
    settings.sources.write_text(text)
    fresh = Resources(settings, hub.network)
    for request in subscribe_due(fresh):
        request.result(20)
    assert poll_due(fresh, found=lambda: None) == []
    after = subscriber.known()
    assert (after.state, after.token, after.lease_end) == (
        State.ACTIVE,
        before.token,
        before.lease_end,
    )
    assert subscriber.next_poll() > time.time()


def test_without_a_public_address_nothing_is_subscribed(
    subscribing: Callable[..., Subscriber], hub: Hub
) -> None:
    subscriber = subscribing(public_url=None)
    subscriber.poll()
    assert subscriber.tick() == 0
    assert (hub.requests, subscriber.resources.stores.subscriptions.all()) == ([], [])


def test_two_beats_ask_a_hub_once(subscriber: Subscriber, hub: Hub) -> None:
    hub.verifies = False
    subscriber.poll()
    assert [subscriber.tick(), subscriber.tick()] == [1, 0]
    assert len(hub.requests) == 1


def test_a_lease_renews_before_its_end_with_the_same_callback_and_secret(
    subscriber: Subscriber, hub: Hub
) -> None:
    hub.lease = 7
    first = subscriber.subscribe()
    wait_until(subscriber.tick, seconds=7, what="the renewal is due")
    wait_until(
        lambda: subscriber.known().lease_end > first.lease_end,
        seconds=2,
        what="the lease is renewed",
    )
    assert time.time() < first.lease_end
    assert hub.requests[0] == hub.requests[1]
    assert len(hub.subscribers) == 1
    assert subscriber.known().active_since == first.active_since


def test_what_a_hub_refuses_is_said_and_asked_again_later(subscriber: Subscriber, hub: Hub) -> None:
    hub.refusal = 403
    subscriber.poll()
    subscriber.tick()
    known = subscriber.known()
    assert known.state is State.PENDING
    assert "403" in known.error
    assert known.next_request == pytest.approx(time.time() + 300, abs=5)


def test_the_pause_that_a_hub_asks_for_is_kept(subscriber: Subscriber, hub: Hub) -> None:
    hub.refusal, hub.retry_after = 503, "4000"
    subscriber.poll()
    subscriber.tick()
    assert subscriber.known().next_request == pytest.approx(time.time() + 4000, abs=5)


def test_a_hub_that_knows_no_secrets_is_asked_without_one_and_its_pushes_are_hints(
    subscriber: Subscriber, hub: Hub
) -> None:
    hub.refusal = 400
    subscriber.poll()
    subscriber.tick()
    hub.refusal = None
    subscriptions = subscriber.resources.stores.subscriptions
    subscriptions.failed(subscriber.known().token, "", after=0)
    subscriber.subscribe()
    assert "hub.secret" not in hub.requests[-1]

    assert [delivery.status for delivery in hub.publish(feed("unsigned"))] == [202]
    assert subscriber.state_of("unsigned") is None
    assert subscriber.next_poll() <= time.time()
    hub.page("/feed", feed("unsigned"))
    assert subscriber.poll() == 1
    assert subscriber.known().suspected == 0


def test_a_denial_is_recorded_and_the_source_polled_again(subscriber: Subscriber, hub: Hub) -> None:
    hub.denial = "not on\nour\x1b[31m list"
    subscriber.poll()
    subscriber.tick()
    wait_until(
        lambda: subscriber.known().state is State.DENIED, seconds=10, what="the denial is noted"
    )
    assert "not on our" in subscriber.known().error
    assert subscriber.next_poll() <= time.time()
    assert hub.publish(feed("x")) == []


@pytest.mark.parametrize("change", ["removed", "disabled"])
def test_a_source_that_is_watched_no_longer_is_unsubscribed(
    subscribing: Callable[..., Subscriber], hub: Hub, change: str, tmp_path: Path
) -> None:
    other = Source(id="other", feed="http://press.example/other")
    subscriber = subscribing(PRESS, other)
    subscription = subscriber.subscribe()
    save(tmp_path / "sources.yaml", [other] if change == "removed" else
         [other, PRESS.model_copy(update={"enabled": False})])  # fmt: skip
    assert subscriber.tick() == 1
    wait_until(lambda: not hub.subscribers, seconds=10, what="the hub has forgotten it")
    assert hub.requests[-1]["hub.mode"] == "unsubscribe"
    assert "hub.secret" not in hub.requests[-1]
    wait_until(
        lambda: not subscriber.resources.stores.subscriptions.all(),
        seconds=5,
        what="we have forgotten it",
    )
    assert hub.push(subscriber.callback(subscription), feed("late")).status == 404


def test_a_feed_that_moves_to_another_hub_leaves_the_old_one(
    subscriber: Subscriber, hub: Hub
) -> None:
    old = subscriber.subscribe()
    hub.page("/feed", feed(hub="http://hub.example/moved/308/hub"))
    subscriber.poll()
    assert subscriber.tick() == 2
    wait_until(
        lambda: subscriber.known().state is State.ACTIVE, seconds=10, what="the new one is active"
    )
    assert subscriber.known().token != old.token
    subscriptions = subscriber.resources.stores.subscriptions
    wait_until(lambda: len(subscriptions.all()) == 1, seconds=10, what="the old one is gone")
    wait_until(lambda: len(hub.subscribers) == 1, seconds=10, what="at the hub as well")


def test_the_second_hub_is_asked_when_the_first_fails(subscriber: Subscriber, hub: Hub) -> None:
    dead = ("Link", '<http://hub.example/dead>; rel="hub"')
    hub.page("/feed", PLAIN, dead, HUB_LINK, SELF_LINK)
    subscriber.poll()
    subscriber.tick()
    assert hub.requests == []
    subscriptions = subscriber.resources.stores.subscriptions
    subscriptions.failed(subscriber.known().token, "", after=0)
    subscriber.tick()
    wait_until(
        lambda: subscriber.known().state is State.ACTIVE, seconds=10, what="the second hub verified"
    )
    assert subscriber.known().hub == HUB


def test_callbacks_that_moved_are_told_to_the_hub(
    subscribing: Callable[..., Subscriber], hub: Hub
) -> None:
    before = subscribing()
    before.subscribe()
    after = subscribing()  # the same stores, served at another address
    assert after.base != before.base
    assert after.tick() == 1
    assert hub.requests[-1]["hub.callback"] == after.callback(after.known())
    assert after.tick() == 0


@pytest.mark.parametrize("inside", ["http://inside.example/hub", "http://hub.example:22/hub"])
def test_a_hub_that_points_inside_is_never_contacted(
    subscribing: Callable[..., Subscriber], hub: Hub, inside: str
) -> None:
    hub.page("/feed", feed("one", hub=inside))
    subscriber = subscribing()
    subscriber.poll()
    trap = TrapNetwork({"inside.example": ["10.0.0.1"], "hub.example": ["93.184.216.1"]})
    behind_trap = Subscriber(Resources(subscriber.resources.settings, trap), hub, subscriber.base)
    assert behind_trap.tick() == 1
    assert trap.dialled == []
    assert (
        "must not be contacted" in subscriber.known().error
        or "not one of those allowed" in subscriber.known().error
    )


def test_a_hub_may_not_turn_a_request_into_a_get_or_lead_it_inside(
    subscriber: Subscriber, hub: Hub
) -> None:
    resources = subscriber.resources
    turned = resources.loop.run(
        resources.web.post(Url("http://hub.example/moved/302/hub"), {"a": "b"}, "any")
    )
    assert getattr(turned, "status", None) == 302
    assert hub.requests == []
    inside = resources.loop.run(
        resources.web.post(Url("http://hub.example/moved/307//10.0.0.1/x"), {"a": "b"}, "any")
    )
    assert isinstance(inside, Rejected)
    assert inside.reason is Reason.BLOCKED_ADDRESS


def test_polls_become_rare_once_pushes_come_and_usual_again_when_they_miss_news(
    subscriber: Subscriber, hub: Hub
) -> None:
    subscriber.subscribe()
    subscriber.poll()
    # Nothing was pushed yet.
    assert subscriber.next_poll() == pytest.approx(time.time() + 900, abs=5)

    hub.publish(feed("pushed"))
    hub.page("/feed", feed("pushed"))
    assert subscriber.poll() == 0
    assert subscriber.next_poll() == pytest.approx(time.time() + 21_600, abs=5)

    hub.page("/feed", feed("pushed", "missed"))
    assert subscriber.poll() == 1
    assert subscriber.next_poll() == pytest.approx(time.time() + 900, abs=5)
    assert subscriber.known().suspected > 0
    assert subscriber.tick() == 1  # the hub may have lost us

    hub.publish(feed("back"))
    hub.page("/feed", feed("back"))
    subscriber.poll()
    assert subscriber.next_poll() == pytest.approx(time.time() + 21_600, abs=5)
    assert subscriber.known().suspected == 0


def test_a_slow_poll_does_not_outlast_the_lease(subscriber: Subscriber, hub: Hub) -> None:
    hub.lease = 4000
    subscriber.subscribe()
    hub.publish(feed("pushed"))
    subscriber.poll()
    assert subscriber.next_poll() == pytest.approx(subscriber.known().lease_end, abs=1)


def test_a_failing_poll_says_nothing_of_the_pushes(subscriber: Subscriber, hub: Hub) -> None:
    subscriber.subscribe()
    hub.publish(feed("pushed"))
    del hub.pages["/feed"]
    subscriber.poll()
    # Its failure counts, not the pushes.
    assert subscriber.next_poll() == pytest.approx(time.time() + 1800, abs=5)


def test_no_hub_is_asked_while_nobody_would_answer_its_verification(
    subscriber: Subscriber, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriber.poll()
    with monkeypatch.context() as later:
        later.setattr(heartbeat, "FRESH_SECONDS", 0.0)  # any heartbeat is too old
        assert subscribe_due(subscriber.resources) == []
    assert subscriber.tick() == 1
    assert len(hub.requests) == 1
