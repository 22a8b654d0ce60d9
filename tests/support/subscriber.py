"""A subscriber: real stores, real callbacks on loopback, and a hub that can be reached."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.settings import Settings
from config.sources import Source
from config.sources_file import save
from pipeline.sources.subscription import State, Subscription
from pipeline.urls import url_id
from tests.support.servers.hub import HUB, TOPIC, Hub, running_hub
from tests.support.servers.serving import listening, serving
from tests.support.world import wait_until
from web.app import make_asgi
from web.server import server
from workers.processes.heartbeat import WEB, alive
from workers.resources import Resources
from workers.sources.polling import poll
from workers.sources.subscriber import CALLBACKS, subscribe_due

PRESS = Source(id="press", feed=TOPIC, interval=900)


def feed(
    *paths: str, hub: str | None = HUB, topic: str | None = TOPIC, modified: str | None = None
) -> bytes:
    """An RSS feed of these articles, which declares its hub and itself."""
    links = [
        f'<atom:link rel="{rel}" href="{href}"/>'
        for rel, href in (("hub", hub), ("self", topic))
        if href
    ]
    date = f"<pubDate>{modified or 'Tue, 24 Nov 2026 10:00:00 GMT'}</pubDate>"
    items = [
        f"<item><title>{one}</title><link>http://press.example/{one}</link>{date}</item>"
        for one in paths
    ]
    head = (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Press</title>'
    )
    return f"{head}{''.join(links)}{''.join(items)}</channel></rss>".encode()


@dataclass
class Subscriber:
    """``base`` is its public address.

    ``dispatched`` has an entry for each time that new links were sent on.
    """

    resources: Resources
    hub: Hub
    base: str
    dispatched: list[float] = field(default_factory=list)
    broker_away: bool = False

    def dispatch(self) -> None:
        """Where new links are sent on."""
        if self.broker_away:
            raise ConnectionError("no broker")
        self.dispatched.append(time.monotonic())

    def poll(self, source: Source = PRESS) -> int:
        """Poll a source; how many links were new."""
        self.resources.registry.apply_to(self.resources.stores)
        return self.resources.loop.run(poll(self.resources, source))

    def tick(self) -> int:
        """What beat's tick does, waited for; how many requests were made."""
        return len([request.result(20) for request in subscribe_due(self.resources)])

    def subscribe(self, source: Source = PRESS) -> Subscription:
        """Poll, ask the hub, and wait until it has verified."""
        self.poll(source)
        self.tick()
        wait_until(
            lambda: self.known(source).state is State.ACTIVE,
            seconds=10,
            what="the subscription is active",
        )
        wait_until(lambda: self.hub.subscribers, seconds=10, what="the hub knows of it")
        return self.known(source)

    def known(self, source: Source = PRESS) -> Subscription:
        """The subscription of a source."""
        found = self.resources.stores.subscriptions.of_source(source.id)
        assert found is not None
        return found

    def callback(self, subscription: Subscription) -> str:
        """Its address."""
        return f"{self.base}{CALLBACKS}{subscription.token}"

    def state_of(self, path: str) -> str | None:
        """The ledger's state of an article's URL."""
        entry = self.resources.stores.ledger.entry(url_id(f"http://press.example/{path}"))
        return entry.state if entry else None

    def next_poll(self, source: Source = PRESS) -> float:
        """When the source is polled next."""
        due = self.resources.stores.sources.next_poll(source.id)
        assert due is not None
        return due


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub whose topic is a feed that declares it."""
    with running_hub() as running:
        running.page("/feed", feed())
        yield running


@pytest.fixture
def subscribing(
    redis_url: str, namespace: str, hub: Hub, tmp_path: Path
) -> Iterator[Callable[..., Subscriber]]:
    """Makes a subscriber to the hub with these sources and settings."""
    with ExitStack() as stack:

        def make(*sources: Source, **settings: object) -> Subscriber:
            save(tmp_path / "sources.yaml", sources or (PRESS,))
            at = listening()
            values = {
                "redis_url": redis_url,
                "namespace": namespace,
                "data_dir": tmp_path,
                "sources": tmp_path / "sources.yaml",
                "host_delay": 0.0,
                "fetch_timeout": 5.0,
                "public_url": f"http://127.0.0.1:{at.getsockname()[1]}",
                **settings,
            }
            resources = Resources(Settings.model_validate(values), hub.network)
            stack.callback(resources.stores.keyspace.client.close)
            made = Subscriber(resources, hub, str(values["public_url"]))
            asgi = make_asgi(resources, dispatch=made.dispatch)
            stack.enter_context(serving(server(asgi), at))
            wait_until(
                lambda: alive(resources.stores.keyspace, WEB),
                seconds=10,
                what="the web process is alive",
            )
            return made

        yield make


@pytest.fixture
def subscriber(subscribing: Callable[..., Subscriber]) -> Subscriber:
    """One with the press's feed."""
    return subscribing()
