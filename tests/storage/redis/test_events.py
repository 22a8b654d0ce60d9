"""The stream of what happened to sources, and faults that last."""

from storage.open import Stores
from storage.redis.events import KEPT_SECONDS, MOST_KEPT, Event, Events, Faults
from storage.redis.keys import Key


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


def test_a_fault_keeps_its_beginning_until_it_is_over(stores: Stores) -> None:
    now = [1000.0]
    faults = Faults(stores.keyspace, clock=lambda: now[0])
    assert faults.of("index") is None
    faults.note("index", "away")
    now[0] += 5
    faults.note("index", "full")
    fault = faults.of("index")
    assert fault is not None
    assert (fault.since, fault.error) == (1000.0, "full")
    assert faults.of("other") is None
    assert 0 < stores.keyspace.client.ttl(stores.keyspace.key(Key.FAULT, "index")) <= KEPT_SECONDS
    faults.clear("index")
    assert faults.of("index") is None
