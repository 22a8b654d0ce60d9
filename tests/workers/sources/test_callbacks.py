"""Pushes in a source's health, and the events that their troubles raise."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from config.sources import Source
from pipeline.priority import Priority
from pipeline.records import FoundBy, Link
from pipeline.sources.state import SourceState
from pipeline.sources.subscription import State
from pipeline.urls import Url, url_id
from tests.support.servers.hub import TOPIC, Hub, sha
from tests.support.subscriber import PRESS, Subscriber, feed
from tests.support.world import wait_until
from workers.sources.subscriber import push_verdicts


def watched_for_an_hour(subscriber: Subscriber) -> SourceState:
    """As if the first poll had been an hour ago: only what is published after it has a latency."""
    feeds = subscriber.resources.stores.sources
    state = feeds.state(PRESS.id)
    assert state.added is not None
    feeds.record(
        PRESS.id, state.model_copy(update={"added": state.added - 3_600}), next_poll=time.time()
    )
    return feeds.state(PRESS.id)


def ago(seconds: float) -> str:
    return format_datetime(datetime.fromtimestamp(time.time() - seconds, UTC))


def health(subscriber: Subscriber) -> SourceState:
    return subscriber.resources.stores.sources.state(PRESS.id)


def events(subscriber: Subscriber) -> list[tuple[str, str]]:
    """Oldest first."""
    return [
        (event.kind, event.sentence)
        for event in reversed(subscriber.resources.stores.events.recent())
    ]


def test_what_is_pushed_is_urgent(subscriber: Subscriber, hub: Hub) -> None:
    subscriber.subscribe()
    frontier = subscriber.resources.stores.frontier
    url = Url("http://press.example/old")
    frontier.accept([Link(url=url, source=PRESS.id, found_by=FoundBy.FEED)])
    hub.publish(feed("news"))
    lease = frontier.lease(9, default_delay=0.0, max_batches=9)
    assert lease is not None
    assert lease.url_ids == (url_id("http://press.example/news"),)
    assert lease.priority is Priority.URGENT


def test_a_push_counts_in_its_source_s_health_at_once_and_once(
    subscriber: Subscriber, hub: Hub
) -> None:
    subscriber.subscribe()
    before = watched_for_an_hour(subscriber)
    body = feed("pushed", modified=ago(100))
    hub.publish(body)
    after = health(subscriber)
    assert list(after.latencies) == pytest.approx([100], abs=3)
    assert after.newest == pytest.approx(time.time() - 100, abs=3)
    assert after.last_new == pytest.approx(time.time(), abs=5)
    assert sum(after.rate.weights) == pytest.approx(sum(before.rate.weights) + 1, rel=0.01)

    hub.publish(body)
    assert health(subscriber) == after
    hub.page("/feed", body)
    assert subscriber.poll() == 0
    polled = health(subscriber)
    assert (polled.latencies, polled.newest, polled.last_new) == (
        after.latencies,
        after.newest,
        after.last_new,
    )
    assert sum(polled.rate.weights) == pytest.approx(sum(after.rate.weights), rel=0.01)
    assert polled.last_poll != after.last_poll


def test_what_a_poll_saw_before_the_push_came_is_counted_once(
    subscriber: Subscriber, hub: Hub
) -> None:
    subscriber.subscribe()
    before = watched_for_an_hour(subscriber)
    body = feed("quick", modified=ago(100))
    hub.page("/feed", body)
    assert subscriber.poll() == 1
    hub.publish(body)
    assert len(health(subscriber).latencies) == 1
    assert sum(health(subscriber).rate.weights) == pytest.approx(
        sum(before.rate.weights) + 1, rel=0.01
    )


def test_forged_pushes_and_hints_are_no_news(subscriber: Subscriber, hub: Hub) -> None:
    subscriber.subscribe()
    before = watched_for_an_hour(subscriber)
    hub.publish(b"ping")
    hub.sign = lambda secret, body: sha(secret + "x", body)
    hub.publish(feed("forged", modified=ago(100)))
    assert health(subscriber) == before


def test_a_source_with_a_new_address_does_not_inherit_the_pushes(
    subscribing: Callable[..., Subscriber], hub: Hub
) -> None:
    subscriber = subscribing()
    subscriber.subscribe()
    watched_for_an_hour(subscriber)
    hub.publish(feed("pushed", modified=ago(100)))
    hub.page("/new", feed("pushed", hub=None, topic=None, modified=ago(100)))
    moved = Source(id=PRESS.id, feed="http://press.example/new")
    for _ in range(2):
        subscriber.poll(moved)
        assert (health(subscriber).last_new, health(subscriber).latencies) == (None, ())


def test_a_denial_is_told_once_and_so_is_the_hub_s_change_of_mind(
    subscriber: Subscriber, hub: Hub
) -> None:
    hub.denial = "not on our list"
    subscriber.poll()
    subscriber.tick()
    wait_until(lambda: subscriber.known().notified, seconds=10, what="the denial is told")
    callback = subscriber.callback(subscriber.known())
    assert hub.ask(callback, mode="denied", topic=TOPIC, reason="still not").status == 200
    subscriber.poll()
    assert [kind for kind, _ in events(subscriber)] == ["push_denied"]
    assert (
        "the hub denied the subscription: not on our list; polled instead"
        in events(subscriber)[0][1]
    )

    hub.denial = None
    # Its day is over.
    subscriber.resources.stores.subscriptions.failed(subscriber.known().token, "", after=0)
    subscriber.tick()
    wait_until(
        lambda: subscriber.known().state is State.ACTIVE, seconds=10, what="it is active after all"
    )
    wait_until(lambda: len(events(subscriber)) == 2, seconds=5, what="and that is told")
    assert events(subscriber)[1][0] == "push_recovered"


def test_news_that_no_push_brought_is_an_event_at_the_second_such_poll_and_so_is_the_recovery(
    subscriber: Subscriber, hub: Hub
) -> None:
    subscriber.subscribe()
    hub.publish(feed("pushed"))
    hub.page("/feed", feed("pushed", "perhaps-on-its-way"))
    assert subscriber.poll() == 1
    assert events(subscriber) == []
    hub.publish(feed("perhaps-on-its-way"))
    subscriber.poll()
    assert subscriber.known().suspected == 0
    assert events(subscriber) == []

    for number in range(4):
        hub.page("/feed", feed(f"missed-{number}"))
        assert subscriber.poll() == 1
    assert [kind for kind, _ in events(subscriber)] == ["push_missed"]
    assert "missed news at" in events(subscriber)[0][1]

    hub.publish(feed("back"))
    hub.page("/feed", feed("back"))
    subscriber.poll()
    subscriber.poll()
    assert [kind for kind, _ in events(subscriber)] == ["push_missed", "push_recovered"]
    assert "pushed by" in events(subscriber)[1][1]


def test_a_lease_that_a_hub_does_not_renew_is_told_once_and_so_is_its_return(
    subscriber: Subscriber, hub: Hub
) -> None:
    hub.lease = 7
    subscriber.subscribe()
    hub.verifies = False

    def told() -> bool:
        subscriber.tick()
        return bool(events(subscriber))

    wait_until(told, seconds=20, what="the lapse is told")
    assert subscriber.known().state is State.LAPSED
    subscriber.poll()
    subscriber.resources.stores.subscriptions.failed(subscriber.known().token, "", after=0)
    subscriber.tick()
    assert [kind for kind, _ in events(subscriber)] == ["push_lapsed"]
    assert "did not renew the lease" in events(subscriber)[0][1]

    hub.verifies = True
    subscriber.resources.stores.subscriptions.failed(subscriber.known().token, "", after=0)
    subscriber.tick()
    wait_until(lambda: len(events(subscriber)) == 2, seconds=10, what="the return is told")
    assert events(subscriber)[1][0] == "push_recovered"


def test_a_lease_that_ended_while_newsloom_was_stopped_is_no_fault_of_the_hub_s(
    subscriber: Subscriber, hub: Hub
) -> None:
    hub.lease = 1
    subscription = subscriber.subscribe()
    wait_until(lambda: time.time() > subscription.lease_end, seconds=3, what="the lease has ended")
    subscriber.poll()
    wait_until(subscriber.tick, seconds=10, what="it is renewed")
    wait_until(lambda: subscriber.known().state is State.ACTIVE, seconds=10, what="it holds again")
    assert events(subscriber) == []


def test_events_hold_neither_callbacks_nor_secrets(subscriber: Subscriber, hub: Hub) -> None:
    subscription = subscriber.subscribe()
    hub.ask(subscriber.callback(subscription), mode="denied", topic=TOPIC, reason="x")
    (told,) = subscriber.resources.stores.events.recent()
    verdict = push_verdicts(subscriber.resources)[PRESS.id].model_dump_json()
    for secret in (subscription.token, subscription.secret):
        assert secret not in told.model_dump_json()
        assert secret not in verdict


def test_without_a_public_address_nothing_is_said_of_pushes(
    subscribing: Callable[..., Subscriber],
) -> None:
    subscribing().subscribe()
    assert [*push_verdicts(subscribing().resources)] == [PRESS.id]
    assert push_verdicts(subscribing(public_url=None).resources) == {}
