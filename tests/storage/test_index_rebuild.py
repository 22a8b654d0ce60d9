"""An index is built anew beside the one in use; each test runs on both backends."""

import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from pipeline.records import CopyOf, EnrichedArticle
from storage.elasticsearch import template
from storage.index import DocumentPostponed, Index, IndexIncompatible, Rebuilt, Stale, Stored
from storage.tantivy import schema
from tests.support.data.articles import article, article_id, full_article, revision
from tests.support.index_places import Place
from tests.support.index_questions import found, put, search

NOVEMBER = datetime(2017, 11, 5, tzinfo=UTC)
DECEMBER = datetime(2017, 12, 1, tzinfo=UTC)
MARK = CopyOf(article=article_id("other"), rule="operator", score=1.0)


def rebuild(index: Index) -> Rebuilt:
    return index.rebuild(lambda _copied: None)


def everything(index: Index) -> dict[str, list[EnrichedArticle]]:
    """All versions of all articles."""
    ids = index.starting_with("", 10_000)
    return {article_id: index.history(article_id) for article_id in ids}


def test_an_index_without_articles_is_built_anew(index: Index) -> None:
    assert rebuild(index) == Rebuilt(articles=0, changed=0)
    put(index, article())
    assert found(index, "fox") == {"one"}


def test_all_is_as_it_was(index: Index, place: Place) -> None:
    put(index, article(), full_article(), article("november", first_seen=NOVEMBER))
    for number in (1, 2):
        put(index, revision(number))
    put(index, article("marked"))
    index.mark({article_id("marked"): MARK})
    before = everything(index)
    told: list[int] = []
    assert index.rebuild(told.append) == Rebuilt(articles=4, changed=0)
    assert told[-1] == 4
    for each in (index, place.open()):
        assert everything(each) == before
        assert found(each, "jumped dogs") == {"one", "november"}  # by their stems
        assert each.count() == 4
    assert rebuild(index).articles == 4
    assert everything(index) == before


def test_what_is_written_while_articles_are_copied_is_there_afterwards(
    index: Index, place: Place
) -> None:
    put(index, article(), article("two"), article("three"), article("old", first_seen=NOVEMBER))
    other = place.open()
    expected: list[dict[str, list[EnrichedArticle]]] = []

    def write(_copied: int) -> None:
        if not expected:
            put(other, revision(1), article("new"), article("newer", first_seen=NOVEMBER))
            other.mark({article_id("two"): MARK})
            expected.append(everything(other))

    index.rebuild(write)
    assert everything(index) == everything(other) == expected[0]
    assert found(index, "lazy dogs", copies=True) == {"one", "two", "three", "old", "new", "newer"}
    put(other, revision(2))
    assert [each.version for each in index.history(article_id("one"))] == [1, 2, 3]


def test_what_is_removed_while_articles_are_copied_does_not_come_back(
    index: Index, place: Place
) -> None:
    put(index, article(), article("old", first_seen=NOVEMBER))
    other = place.open()

    def remove(_copied: int) -> None:
        other.remove_before(DECEMBER)

    index.rebuild(remove)
    assert found(index, "fox") == {"one"}
    assert index.history(article_id("old")) == []
    put(index, article("old", first_seen=NOVEMBER))
    assert found(index, "fox") == {"one", "old"}
    assert index.remove_before(DECEMBER) == 1


@contextmanager
def going_on(step: Callable[[], None]) -> Iterator[list[BaseException]]:
    """Repeat a step on a thread; gives the exceptions, which end it."""
    done, failed = threading.Event(), list[BaseException]()

    def run() -> None:
        try:
            while not done.is_set():
                step()
        except BaseException as error:  # noqa: BLE001 - the test's own thread asks for it
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    yield failed
    done.set()
    thread.join()


def test_people_search_and_articles_arrive_all_the_time(index: Index, place: Place) -> None:
    put(index, *(article(f"first-{number}") for number in range(300)))
    reading, writing = place.open(), place.open()
    written: list[str] = []
    totals: list[int] = []
    seen: set[type] = set()

    def read() -> None:
        totals.append(search(reading, "fox").total)

    def write() -> None:
        name = f"later-{len(written)}"
        verdicts = writing.put([article(name), revision(len(written) + 1, "first-7")])
        seen.update(type(verdict) for verdict in verdicts)
        if DocumentPostponed not in map(type, verdicts):
            written.append(name)

    with going_on(read) as unread, going_on(write) as unwritten:
        for _ in range(3):
            rebuild(index)
    assert (unread, unwritten) == ([], [])
    # What was postponed is put again, and is Stale where it had been stored all the same.
    assert seen <= {Stored, Stale, DocumentPostponed}
    assert totals == sorted(totals)
    assert written
    ids = {article_id(name) for name in written}
    assert index.known(ids) == ids
    assert index.count() == search(index, "*").total
    numbers = [each.version for each in index.history(article_id("first-7"))]
    assert numbers == list(range(1, len(numbers) + 1))


POINTS = {
    "tantivy": [
        ("storage.tantivy.rebuilding", "_articles"),
        ("storage.tantivy.rebuilding", "switch"),
        ("storage.tantivy.changes.Changes", "take"),
        ("pathlib.Path", "unlink"),  # after the swap
    ],
    "elasticsearch": [
        ("storage.elasticsearch.rebuilding.months", "fill"),
        ("storage.elasticsearch.rebuilding.copying", "_block"),
        ("storage.elasticsearch.rebuilding.copying", "_remove_what_is_gone"),
        ("storage.elasticsearch.rebuilding.months", "_swap"),
    ],
}


@pytest.mark.parametrize("point", range(4))
def test_a_rebuild_that_is_killed_leaves_the_old_index_in_use(
    index: Index, place: Place, point: int
) -> None:
    put(index, article(), article("two"))
    put(index, revision(1))
    before = everything(index)
    command = place.command(*POINTS[place.backend][point], module="dying_process")
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert everything(index) == before
    assert found(index, "fox") == {"one", "two"}

    assert rebuild(index).articles == 2
    put(index, revision(2))
    assert found(index, "fox") == {"one", "two"}
    assert len(index.history(article_id("one"))) == 3
    assert index.write_fault() is None


def test_an_index_of_another_version_is_built_anew(
    index: Index, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(index, article())
    put(index, revision(1))
    before = everything(index)
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    monkeypatch.setattr(template, "VERSION", template.VERSION + 1)
    later = place.open()
    with pytest.raises(IndexIncompatible, match="newsloom index rebuild"):
        later.prepare()
    assert rebuild(later).articles == 1
    later.prepare()
    assert everything(later) == before
    put(later, article("new"))
    assert found(later, "fox") == {"one", "new"}
