"""Both backends: the order by relevance, and by what is best, which newness helps."""

from datetime import UTC, datetime, timedelta

import pytest

from search.language.query import parse
from search.request import SearchRequest, Sort
from storage.index import Index
from tests.support.data.articles import article
from tests.support.index_questions import put

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)
FILLER = "and then there were many other words about nothing in particular "


def ordered(index: Index, query: str, sort: Sort, limit: int = 10) -> list[str]:
    names: list[str] = []
    after = None
    while True:
        request = SearchRequest(parse(query), limit=limit, sort=sort, moment=NOW, after=after)
        result = index.search(request)
        names += [hit.url.rsplit("/", 1)[1] for hit in result.hits]
        if (after := result.next) is None:
            return names


@pytest.fixture(scope="module")
def filled(shared_index: Index) -> Index:
    def made(name: str, days: float | None, title: str, body: str) -> None:
        published = None if days is None else NOW - timedelta(days=days)
        put(shared_index, article(name, title=title, body=body, published=published))

    made("old-title", 700, "Bridge collapses", FILLER)
    for number in range(8):
        made(f"new-body-{number}", 0.1, "Other news", f"A bridge is old. {FILLER * 2}")
    made("same-old", 90, "Harbour reopens", "The harbour.")
    made("same-new", 2, "Harbour reopens", "The harbour.")
    made("same-future", -30, "Harbour reopens", "The harbour.")
    made("same-undated", None, "Harbour reopens", "The harbour.")
    for number in range(30):
        made(f"filler-{number}", 40 + number, "Weather", FILLER)
    return shared_index


def test_newness_does_not_bury_a_title_that_has_the_word(filled: Index) -> None:
    assert ordered(filled, "bridge", Sort.BEST)[0] == "old-title"
    assert ordered(filled, "bridge", Sort.RELEVANCE)[0] == "old-title"


def test_of_like_matches_the_newer_comes_first(filled: Index) -> None:
    best = ordered(filled, "harbour", Sort.BEST)
    assert best[0] == "same-new"
    assert set(best[1:3]) == {"same-future", "same-old"}
    assert ordered(filled, "harbour", Sort.RELEVANCE) == [
        "same-future",
        "same-new",
        "same-old",
        "same-undated",
    ]


def test_pages_by_what_is_best_show_all_once(filled: Index) -> None:
    whole = ordered(filled, "words OR bridge", Sort.BEST, limit=100)
    assert len(set(whole)) == len(whole) == 39
    assert ordered(filled, "words OR bridge", Sort.BEST, limit=4) == whole


def test_without_words_the_newest_is_best(filled: Index) -> None:
    assert ordered(filled, "*", Sort.BEST) == ordered(filled, "*", Sort.NEWEST)


def test_what_is_best_depends_on_the_moment() -> None:
    with pytest.raises(ValueError, match="needs a moment"):
        SearchRequest(parse("fox"), sort=Sort.BEST)
