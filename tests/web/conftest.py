"""Subscriptions at the two stages in which a hub calls back, and a running API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.sources.subscription import Subscription
from tests.support.data.corpus import corpus
from tests.support.running_api import Api, api_on, settings_in
from tests.support.servers.hub import Hub
from tests.support.subscriber import Subscriber
from workers.resources import Resources


@pytest.fixture
def pending(subscriber: Subscriber, hub: Hub) -> Subscription:
    """A request that was made, and whose verification has not come."""
    hub.verifies = False
    subscriber.poll()
    subscriber.tick()
    return subscriber.known()


@pytest.fixture
def active(subscriber: Subscriber) -> Subscription:
    return subscriber.subscribe()


@pytest.fixture
def searchable(tmp_path: Path, redis_url: str, namespace: str) -> Resources:
    """Sixty articles in Tantivy."""
    made = Resources(settings_in(tmp_path, redis_url, namespace))
    made.index.put(corpus())
    return made


@pytest.fixture
def api(searchable: Resources) -> Iterator[Api]:
    """The API over them."""
    with api_on(searchable) as running:
        yield running
