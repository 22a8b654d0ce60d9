from dataclasses import asdict

import pytest

from pipeline.outcome import Indexed
from pipeline.urls import url_id
from services.ledger.totals import ledger_totals
from services.metrics import families
from services.metrics.collecting import collect
from services.metrics.families import Family, Histogram, Sample
from storage.redis.events import INDEX
from storage.redis.keys import Key
from tests.support.data.ledger_entries import BASE, ended, one_in_each_state
from workers.chain.archiving import archive_ended
from workers.processes.heartbeat import record_heartbeat
from workers.resources import Resources


def values(resources: Resources, family: Family) -> dict[tuple[str, ...], float]:
    found = dict(collect(resources))[family]
    return {each.labels: each.value for each in found if isinstance(each, Sample)}


def test_every_family_is_there_before_anything_was_done(resources: Resources) -> None:
    found = dict(collect(resources))
    assert tuple(found) == families.FAMILIES
    [buckets] = found[families.INDEXING_DELAY]
    assert isinstance(buckets, Histogram)
    assert buckets.buckets[-1] == ("+Inf", 0)
    assert values(resources, families.LEDGER).keys() == {
        *[("indexed",), ("duplicate",), ("rejected",), ("dead",), ("queued",), ("leased",)]
    }


def test_totals_equal_the_ledgers(resources: Resources) -> None:
    one_in_each_state(resources.stores)
    totals = asdict(resources.stores.ledger.totals())
    accepted = totals.pop("accepted")
    assert values(resources, families.ACCEPTED) == {(): accepted}
    assert values(resources, families.LEDGER) == {(state,): urls for state, urls in totals.items()}
    reasons = ledger_totals(resources.stores.ledger).reasons
    assert values(resources, families.REJECTED) == {(name,): urls for name, urls in reasons.items()}


def test_what_is_to_be_archived_is_counted(resources: Resources) -> None:
    one_in_each_state(resources.stores)
    assert values(resources, families.TO_ARCHIVE) == {(): 4}
    archive_ended(resources)
    assert values(resources, families.TO_ARCHIVE) == {(): 0}


def test_an_entry_that_cannot_be_read_is_counted(resources: Resources) -> None:
    stores = resources.stores
    ended(stores, "page", Indexed(article="a" * 32))
    stores.keyspace.client.hset(stores.keyspace.key(Key.URL, url_id(BASE + "page")), "outcome", "{")
    assert values(resources, families.UNREADABLE) == {(): 0}
    archive_ended(resources)
    assert values(resources, families.UNREADABLE) == {(): 1}


def test_what_the_scripts_count_is_shown(resources: Resources) -> None:
    one_in_each_state(resources.stores)
    assert values(resources, families.OUTCOMES) == {
        ("dead", ""): 1,
        ("duplicate", "same_url"): 1,
        ("indexed", ""): 2,
        ("rejected", "robots"): 1,
    }
    assert values(resources, families.STAGE_URLS)["index",] == 5
    assert values(resources, families.BATCHES) == {("leased",): 1, ("waiting",): 0}


def test_parts_are_shown(resources: Resources) -> None:
    keys = resources.stores.keyspace
    resources.stores.faults.note(INDEX, "away")
    resources.stores.index_size.note_loss("lost")
    record_heartbeat(keys, "crawl")
    keys.client.hset(keys.key(Key.ARCHIVE), mapping={"kept": 3, "lost": 1})
    keys.client.hset(keys.key(Key.CPU), "crawl", 1.5)
    assert values(resources, families.FAULT) == {("index",): 1, ("redis",): 0}
    assert values(resources, families.INDEX_LOSS) == {(): 1}
    assert values(resources, families.PROCESS_ALIVE)["crawl",] == 1
    assert values(resources, families.PROCESS_ALIVE)["web",] == 0
    assert values(resources, families.ARCHIVED) == {("kept",): 3, ("lost",): 1}
    assert values(resources, families.STAGE_CPU) == {("crawl",): pytest.approx(1.5)}
    assert values(resources, families.REDIS_MEMORY)[()] > 100_000
