"""Whose copy an article is can change after it was indexed; each test runs on both backends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from pipeline.records import CopyOf
from pipeline.urls import UrlId
from storage.index import DocumentPostponed, Index, Stale, Stored, Verdict
from tests.support.data.articles import FETCHED, article, article_id, revision
from tests.support.index_places import Place
from tests.support.index_questions import found, put, search

ONE, TWO, THREE = (article_id(name) for name in ("one", "two", "three"))


def copy_of(article: str, score: float = 0.8) -> CopyOf:
    return CopyOf(article=article, rule="near_text", score=score)


def until_taken(index: Index, number: int) -> Verdict:
    """As the workers do: what is postponed is put again."""
    while True:
        (verdict,) = index.put([revision(number)])
        if not isinstance(verdict, DocumentPostponed):
            return verdict


def test_a_mark_makes_a_copy_and_taking_it_away_an_original(index: Index) -> None:
    put(index, article("one"), article("two"), article("three"))
    assert index.mark({TWO: copy_of(ONE), THREE: copy_of(ONE, 0.7)}) == {TWO, THREE}
    assert found(index, "fox") == {"one"}
    assert search(index, "fox").hits[0].copies == 2
    assert found(index, f"duplicate_of:{ONE}", copies=True) == {"two", "three"}

    assert index.mark({TWO: None, THREE: copy_of(TWO)}) == {TWO, THREE}
    assert found(index, "fox") == {"one", "two"}
    assert {hit.id: hit.copies for hit in search(index, "fox").hits} == {ONE: 0, TWO: 1}
    assert found(index, f"duplicate_of:{ONE}", copies=True) == set()


def test_nothing_else_of_the_article_changes(index: Index) -> None:
    whole = article(authors=("Jane Doe",), tags=("a", "b"), section="World", modified=FETCHED)
    put(index, whole, article("two"))
    index.mark({ONE: copy_of(TWO)})
    assert index.get(ONE) == whole.model_copy(update={"duplicate_of": copy_of(TWO)})
    index.mark({ONE: CopyOf(article=THREE, rule="operator", score=1.0)})
    assert index.get(ONE) == whole.model_copy(
        update={"duplicate_of": CopyOf(article=THREE, rule="operator", score=1.0)}
    )
    index.mark({ONE: None})
    assert index.get(ONE) == whole
    assert index.get(TWO) == article("two")
    assert found(index, "author:doe tag:a section:world") == {"one"}


def test_articles_that_are_not_there_are_passed_over(index: Index) -> None:
    assert index.mark({ONE: copy_of(TWO)}) == set()
    put(index, article("two"))
    assert index.mark({ONE: copy_of(TWO), TWO: None, UrlId("x" * 600): None}) == {TWO}
    assert index.mark({}) == set()
    assert index.count() == 1


def test_a_mark_is_no_new_version(index: Index) -> None:
    put(index, revision(1))
    for score in (0.6, 0.7, 0.8):
        index.mark({ONE: copy_of(TWO, score)})
    assert index.put([revision(1)]) == [Stale()]
    assert index.put([revision(0)]) == [Stale()]
    marked = revision(1).model_copy(update={"duplicate_of": copy_of(TWO)})
    assert index.history(ONE) == [marked]


def test_a_later_version_replaces_a_marked_one_and_its_mark(index: Index) -> None:
    put(index, article())
    for score in (0.6, 0.7, 0.8):
        index.mark({ONE: copy_of(TWO, score)})
    later = article(body="Another text.", fetched_at=FETCHED + timedelta(microseconds=1))
    put(index, later)
    assert index.history(ONE) == [
        article().model_copy(update={"duplicate_of": copy_of(TWO)}),
        later.model_copy(update={"version": 2}),
    ]
    assert found(index, "another") == {"one"}


def test_the_same_mark_again_changes_nothing(index: Index) -> None:
    put(index, article())
    assert [index.mark({ONE: copy_of(TWO)}) for _ in range(2)] == [{ONE}, {ONE}]


def test_a_whole_family_is_marked_at_once(index: Index, place: Place) -> None:
    names = [str(n) for n in range(1200)]
    put(index, *(article(name) for name in names))
    others = {article_id(name): copy_of(article_id("0")) for name in names[1:]}
    assert index.mark(others) == set(others)
    other = place.open()
    assert search(other, "fox").total == 1
    assert search(other, "fox").hits[0].copies == 1199
    other.close()


def test_marks_and_versions_at_once_lose_nothing(index: Index) -> None:
    put(index, revision(1))
    with ThreadPoolExecutor(2) as threads:
        marks = threads.submit(
            lambda: [index.mark({ONE: copy_of(TWO, n / 100)}) for n in range(20)]
        )
        puts = threads.submit(lambda: [until_taken(index, n) for n in range(2, 12)])
        assert marks.result() == [{ONE}] * 20
        assert puts.result() == [Stored()] * 10
    index.mark({ONE: None})
    history = index.history(ONE)
    assert [version.body for version in history] == [revision(n).body for n in range(1, 12)]
    assert [version.version for version in history] == list(range(1, 12))
