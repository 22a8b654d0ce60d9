"""The stream of what happened to sources."""

from storage.open import Stores
from storage.redis.events import MOST_KEPT, Event, Events


def event(number: int) -> Event:
    return Event(
        at=1_800_000_000.5 + number,
        kind="silent",
        source=f"source-{number}",
        sentence="silent for 9 h; »é«",
    )


def test_events_come_back_newest_first(stores: Stores) -> None:
    events = Events(stores.keyspace)
    assert events.recent() == []
    for number in range(30):
        events.add(event(number))
    assert events.recent(2) == [event(29), event(28)]
    assert len(events.recent()) == 20


def test_the_stream_does_not_grow_without_end(stores: Stores) -> None:
    events = Events(stores.keyspace)
    for number in range(MOST_KEPT + 500):
        events.add(event(number))
    assert len(events.recent(10_000)) <= MOST_KEPT + 200  # Redis cuts whole nodes
    assert events.recent(1) == [event(MOST_KEPT + 499)]
