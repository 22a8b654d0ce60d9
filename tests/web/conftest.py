"""Subscriptions at the two stages in which a hub calls back."""

import pytest

from pipeline.sources.subscription import Subscription
from tests.support.servers.hub import Hub
from tests.support.subscriber import Subscriber


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
