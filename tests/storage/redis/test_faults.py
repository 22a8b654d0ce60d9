"""What the workers could not do a moment ago."""

from storage.open import Stores
from storage.redis.faults import KEPT_SECONDS, Faults
from storage.redis.keys import Key


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
