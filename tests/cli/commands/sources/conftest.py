"""Sites that the commands on sources look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.network import LoopbackNetwork
from demo.server import NewsroomServer
from pipeline.discover.websub import HubOffer
from storage.open import Stores
from tests.support.servers.fault_server import FaultServer
from tests.support.servers.fault_server import LoopbackNetwork as HostsOf


@pytest.fixture(autouse=True)
def _no_network(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - it clears the environment first
    """No name leads anywhere, unless a test serves it."""
    monkeypatch.setattr("workers.fetch.web.SystemNetwork", lambda: LoopbackNetwork({}))
    monkeypatch.setenv("NEWSLOOM_HOST_DELAY", "0")


@pytest.fixture
def newsroom(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewsroomServer]:
    """The sample newsroom, its feeds as sources, and the network that leads there."""
    feeds = {
        "post": "http://harbour-post.example/feed/",
        "broken": "http://harbour-post.example/broken-feed",
        "gone": "http://harbour-post.example/no-such-feed",
        "private": "http://10.0.0.1/feed",
        "nowhere": "http://nowhere.example/feed",
    }
    entries = [f"- {{id: {name}, feed: '{feed}', delay: 0}}" for name, feed in feeds.items()]
    (place / "sources.yaml").write_text("\n".join(entries))
    with NewsroomServer() as server:
        monkeypatch.setattr(
            "workers.fetch.web.SystemNetwork", lambda: LoopbackNetwork(server.hosts)
        )
        yield server


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Every host of ``.example`` over plain HTTP; nothing but what a test puts into ``pages``."""
    with FaultServer() as server:
        monkeypatch.setattr("workers.fetch.web.SystemNetwork", lambda: HostsOf(server))
        yield server


@pytest.fixture
def denied(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said of the subscription of ``post``, which its hub denied."""
    monkeypatch.setenv("NEWSLOOM_PUBLIC_URL", "https://us.example")
    offer = HubOffer(hubs=("https://hub.example/",), topic="http://harbour-post.example/feed/")
    stores.subscriptions.offer("post", offer, token="T" * 32, secret="S" * 64)
    stores.subscriptions.deny(
        "T" * 32, offer.topic, "the hub denied the subscription: \x1b[31m[/]no"
    )
    return "the hub denied the subscription:  [31m[/]no; polled instead, asked again in 24 h"
