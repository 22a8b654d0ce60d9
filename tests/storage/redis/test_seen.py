"""The memory of what sitemaps announced without a date."""

import pytest

from pipeline.urls import url_id
from storage.open import Stores
from storage.redis import seen as undated
from storage.redis.keys import Key
from storage.redis.seen import SeenSet

ONE, TWO, THREE, FOUR = (url_id(f"http://a.example/{number}") for number in range(4))


@pytest.fixture
def memory(stores: Stores) -> SeenSet:
    ticks = iter(range(1_000_000))
    return SeenSet(stores.keyspace, clock=lambda: float(next(ticks)))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for ten entries of a source, and for four of a document."""
    monkeypatch.setattr(undated, "MOST_REMEMBERED", 10)
    monkeypatch.setattr(undated, "_MOST_OF_ONE", 4)


def test_each_document_has_its_first_look(memory: SeenSet) -> None:
    assert memory.known("a", ["one.xml", "two.xml"]) == [False, False]
    memory.remember("a", "one.xml", [])
    assert memory.known("a", ["one.xml", "two.xml"]) == [True, False]
    assert memory.known("b", ["one.xml"]) == [False]
    assert memory.known("a", []) == []


def test_what_any_document_of_the_source_announced_is_not_new(memory: SeenSet) -> None:
    memory.remember("a", "one.xml", [ONE])
    memory.remember("a", "two.xml", [TWO, TWO])
    memory.remember("a", "two.xml", [TWO, THREE])
    # An entry may have moved to another document.
    assert memory.new("a", [FOUR, THREE, TWO, ONE]) == [FOUR]
    assert memory.new("b", [ONE, TWO]) == [ONE, TWO]


def test_what_is_remembered_takes_eight_bytes_an_entry(memory: SeenSet, stores: Stores) -> None:
    ids = [url_id(f"http://a.example/{number}") for number in range(50_000)]
    for _ in range(2):
        memory.remember("a", "one.xml", ids)
    keys = list(stores.keyspace.client.scan_iter(stores.keyspace.pattern(Key.SEEN_MARKS)))
    assert sum(stores.keyspace.client.memory_usage(key) for key in keys) < 600_000
    assert all(stores.keyspace.client.ttl(key) > 0 for key in keys)
    assert memory.new("a", ids) == []


@pytest.mark.usefixtures("small")
def test_the_document_that_was_not_read_for_longest_is_forgotten_first(memory: SeenSet) -> None:
    ids = [url_id(f"http://a.example/{number}") for number in range(12)]
    assert memory.remember("a", "one.xml", ids[:4]) == 0
    assert memory.remember("a", "two.xml", ids[4:8]) == 0
    assert memory.remember("a", "one.xml", ids[:4]) == 0
    assert memory.remember("a", "three.xml", ids[8:]) == 1
    assert memory.known("a", ["one.xml", "two.xml", "three.xml"]) == [True, False, True]
    assert memory.new("a", ids) == ids[4:8]


@pytest.mark.usefixtures("small")
def test_a_document_that_lists_other_pages_by_now_does_not_grow(memory: SeenSet) -> None:
    memory.remember("a", "one.xml", [ONE, TWO, THREE])
    memory.remember("a", "one.xml", [TWO, THREE, FOUR])
    assert memory.new("a", [ONE, TWO, THREE, FOUR]) == []
    memory.remember("a", "one.xml", [url_id("http://a.example/5"), FOUR])
    assert memory.new("a", [ONE, TWO, THREE, FOUR]) == [ONE, TWO, THREE]
