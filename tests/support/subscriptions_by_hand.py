"""Subscriptions under a clock that is turned by hand."""

from dataclasses import dataclass, field

from pipeline.discover.websub import HubOffer
from pipeline.sources.state import SourceState
from pipeline.sources.subscription import Subscription
from storage.redis.connection import Keyspace
from storage.redis.sources import SourceStates
from storage.redis.subscriptions import (
    Calendar,
    Subscriptions,
)

BASE, TOPIC = "https://us.example", "https://press.example/feed"
START = 1_800_000_000.0
ONE = HubOffer(hubs=("https://hub.example/",), topic=TOPIC)
TWO = HubOffer(hubs=("https://a.example/", "https://b.example/"), topic=TOPIC)
SLOW = 21_600.0


@dataclass
class Desk:
    """``now`` is what every clock says."""

    keyspace: Keyspace
    now: float = START
    store: Subscriptions = field(init=False)
    feeds: SourceStates = field(init=False)

    def __post_init__(self) -> None:
        self.store = Subscriptions(self.keyspace, clock=lambda: self.now)
        self.feeds = SourceStates(self.keyspace, clock=lambda: self.now)
        self.feeds.sync(["press"])

    def offer(self, offer: HubOffer = ONE, *, token: str = "token", secret: str = "secret") -> bool:
        return self.store.offer("press", offer, token=token, secret=secret)

    def claim(self) -> list[Subscription]:
        return self.store.claim_due(BASE)

    def activate(self, *, lease: float = 864_000.0, offer: HubOffer = ONE) -> Subscription:
        self.offer(offer)
        self.claim()
        assert self.store.confirm("token", "subscribe", TOPIC, lease=lease)
        return self.known

    @property
    def known(self) -> Subscription:
        found = self.store.of_source("press")
        assert found is not None
        return found

    @property
    def due(self) -> float | None:
        found = self.store.get("token")
        return found.next_request if found else None

    def polled(self, *, fresh: bool, after: float = 0.0, took: float = 1.0) -> Calendar:
        """A poll some seconds from now, which takes some seconds; the next one is 900 later."""
        self.now += after
        started = self.now
        self.now += took
        self.feeds.record("press", SourceState(), next_poll=started + 900)
        return self.store.polled("press", started=started, fresh=fresh, slow=SLOW)

    @property
    def next_poll(self) -> float:
        due = self.feeds.next_poll("press")
        assert due is not None
        return due
