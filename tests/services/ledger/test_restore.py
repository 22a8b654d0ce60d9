"""After Redis was lost, the ledger knows again what the archive has."""

from pipeline.urls import url_id
from services.ledger.restore import RestoredLedger, restore_ledger
from storage.redis.frontier import Acceptance
from tests.support.data.ledger_entries import BASE, found, one_in_each_state
from workers.chain.archiving import archive_ended
from workers.resources import Resources


def test_what_had_ended_is_known_again(resources: Resources) -> None:
    stores = resources.stores
    one_in_each_state(stores)
    archive_ended(resources)
    before = stores.ledger.totals()
    client = stores.keyspace.client
    client.delete(*client.scan_iter(match=stores.keyspace.pattern(), count=1000))

    assert restore_ledger(resources) == RestoredLedger(entries=4, restored=4)
    assert restore_ledger(resources) == RestoredLedger(entries=4, restored=0)
    totals = stores.ledger.totals()
    assert totals == stores.ledger.audit()
    assert totals.balanced
    # What was in flight and the dead letter are lost with Redis.
    assert totals.accepted == before.accepted - before.in_flight - before.dead
    assert totals.indexed == before.indexed
    assert stores.ledger.reasons() == {"robots": 1}
    assert stores.frontier.accept([found("indexed"), found("waiting")]) == [
        Acceptance.KNOWN,
        Acceptance.ACCEPTED,
    ]
    assert stores.ledger.trace(url_id(BASE + "indexed"))[-1]["event"] == "indexed"


def test_what_the_ledger_should_have_forgotten_stays_forgotten(resources: Resources) -> None:
    one_in_each_state(resources.stores)
    archive_ended(resources)
    settings = resources.settings.model_copy(update={"ledger_days": 1e-9})
    resources.settings = settings
    assert restore_ledger(resources) == RestoredLedger(entries=0, restored=0)
