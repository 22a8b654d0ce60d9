"""The subscriber's cases of websub.rocks, by their numbers there, from the feed to the frontier."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.discover.offers import offered
from tests.support.servers.hub import HUB, TOPIC, Hub, sha
from tests.support.subscriber import PRESS, Subscriber, feed
from tests.support.world import wait_until

Making = Callable[..., Subscriber]

HUB_LINK = ("Link", f'<{HUB}>; rel="hub"')
SELF_LINK = ("Link", f'<{TOPIC}>; rel="self"')
PLAIN = feed("one", hub=None, topic=None)
MOVED_TOPIC = "http://press.example/real"


def pushed(subscribing: Making, hub: Hub, *, polled: str = TOPIC, topic: str = TOPIC) -> Subscriber:
    """Poll the address: the topic is subscribed to, and a push of it is taken."""
    source = PRESS.model_copy(update={"feed": polled})
    subscriber = subscribing(source)
    subscription = subscriber.subscribe(source)
    (form,) = hub.requests
    assert form["hub.mode"] == "subscribe"
    assert form["hub.topic"] == topic == subscription.topic
    assert form["hub.callback"] == subscriber.callback(subscription)
    assert [delivery.status for delivery in hub.publish(feed("pushed"), topic=topic)] == [202]
    assert subscriber.state_of("pushed") == "queued"
    return subscriber


def http_link_discovery(subscribing: Making, hub: Hub) -> None:
    hub.page("/feed", PLAIN, HUB_LINK, SELF_LINK)
    pushed(subscribing, hub)


def html_link_discovery(_subscribing: Making, _hub: Hub) -> None:
    """A page is no source of ours, so the case ends with what is discovered."""
    links = f'<link rel="hub" href="{HUB}"><link rel="self" href="{TOPIC}">'
    head = f"<head><title>P</title>{links}</head>"
    page = f"<!DOCTYPE html><html>{head}<body>News</body></html>".encode()
    offer = offered(
        "http://press.example/", link_header=None, content=page, content_type="text/html"
    )
    assert offer is not None
    assert (offer.hubs, offer.topic) == ((HUB,), TOPIC)


def atom(subscribing: Making, hub: Hub) -> None:
    entry = '<entry><title>One</title><id>http://press.example/one</id><link href="http://press.example/one"/></entry>'
    links = f'<link rel="hub" href="{HUB}"/><link rel="self" href="{TOPIC}"/>'
    hub.page(
        "/feed",
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title>{links}{entry}</feed>'.encode(),
    )
    pushed(subscribing, hub)


def rss(subscribing: Making, hub: Hub) -> None:
    hub.page("/feed", feed("one"))
    pushed(subscribing, hub)


def discovery_priority(subscribing: Making, hub: Hub) -> None:
    wrong = feed("one", hub="http://press.example/not-this", topic="http://press.example/nor-this")
    hub.page("/feed", wrong, HUB_LINK, SELF_LINK)
    pushed(subscribing, hub)


def self_differs_from_fetched_url(subscribing: Making, hub: Hub) -> None:
    topic = "http://press.example/Canonical?utm_source=x"
    hub.page("/feed", feed("one", topic=topic))
    pushed(subscribing, hub, topic=topic)


def topic_302(subscribing: Making, hub: Hub) -> None:
    hub.page("/real", feed("one", topic=MOVED_TOPIC))
    pushed(subscribing, hub, polled="http://press.example/moved/302/real", topic=MOVED_TOPIC)


def topic_301(subscribing: Making, hub: Hub) -> None:
    hub.page("/real", feed("one", topic=MOVED_TOPIC))
    pushed(subscribing, hub, polled="http://press.example/moved/301/real", topic=MOVED_TOPIC)


def hub_307(subscribing: Making, hub: Hub) -> None:
    hub.page("/feed", feed("one", hub="http://hub.example/moved/307/hub"))
    pushed(subscribing, hub)


def hub_308(subscribing: Making, hub: Hub) -> None:
    hub.page("/feed", feed("one", hub="http://hub.example/moved/308/hub"))
    pushed(subscribing, hub)


def unknown_topic(subscribing: Making, hub: Hub) -> None:
    hub.topic = "http://press.example/another"
    subscriber = subscribing()
    subscriber.poll()
    subscriber.tick()
    wait_until(lambda: hub.verifications, seconds=10, what="the hub has verified")
    assert [
        (each.status, each.asked["hub.challenge"].encode() in each.body)
        for each in hub.verifications
    ] == [(404, False)]
    assert not subscriber.resources.stores.subscriptions.receives(subscriber.known())


def delivery_is_2xx(subscribing: Making, hub: Hub) -> None:
    subscriber = subscribing()
    subscriber.subscribe()
    assert [delivery.status for delivery in hub.publish(feed("pushed"))] == [202]
    assert subscriber.state_of("pushed") == "queued"


def invalid_signature(subscribing: Making, hub: Hub) -> None:
    hub.sign = lambda _secret, body: sha("another", body)
    nothing_done(subscribing, hub)


def missing_signature(subscribing: Making, hub: Hub) -> None:
    hub.sign = lambda _secret, _body: None
    nothing_done(subscribing, hub)


def nothing_done(subscribing: Making, hub: Hub) -> None:
    subscriber = subscribing()
    subscriber.subscribe()
    assert [delivery.status for delivery in hub.publish(feed("forged"))] == [202]
    assert subscriber.state_of("forged") is None
    assert (subscriber.known().bad_signatures, subscriber.known().pushes) == (1, 0)


CASES: dict[str, Callable[[Making, Hub], None]] = {
    "100": http_link_discovery,
    "101": html_link_discovery,
    "102": atom,
    "103": rss,
    "104": discovery_priority,
    "200": self_differs_from_fetched_url,
    "201": topic_302,
    "202": topic_301,
    "203": hub_307,
    "204": hub_308,
    "205": unknown_topic,
    "300": delivery_is_2xx,
    "301": invalid_signature,
    "302": missing_signature,
}


def test_these_are_all_of_them(shared_data: Path) -> None:
    assert set(
        json.loads((shared_data / "websub" / "cases.json").read_text())["subscriber"]
    ) == set(CASES)


@pytest.mark.parametrize("case", [*CASES])
def test_case(subscribing: Making, hub: Hub, case: str) -> None:
    CASES[case](subscribing, hub)
