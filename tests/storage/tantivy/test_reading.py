"""The order of hits: score, then date, then id; and what an address leads to."""

import pytest
import tantivy

from search.language.query import parse
from search.request import SearchRequest, Sort
from storage.tantivy.folder import open_index, writer
from storage.tantivy.reading import Reader, by_id
from storage.tantivy.reading import article as read
from storage.tantivy.schema import document
from tests.support.data.articles import article, article_id

NAMES = [f"n{number}" for number in range(30)]


@pytest.fixture(scope="module")
def index() -> tantivy.Index:
    made = open_index(None, 1.0)
    with writer(made, 1.0) as opened:
        for number, name in enumerate(NAMES):
            published = None if number == 0 else f"2017-12-{number:02d}T00:00:00Z"
            opened.add_document(document(article(name, published=published), made.schema))
        opened.commit()
    made.reload()
    return made


def ids(index: tantivy.Index, request: SearchRequest, *, by_score: bool) -> list[str]:
    searcher = index.searcher()
    asked = tantivy.Query.all_query()
    page = Reader(searcher, index.schema, asked, by_score=by_score).page(request)
    assert page.total == len(NAMES)
    return [each.id for each, _ in page.found]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [(Sort.NEWEST, [*NAMES[:0:-1], NAMES[0]]), (Sort.OLDEST, [*NAMES[1:], NAMES[0]])],
)
def test_by_date_those_without_one_come_last(
    index: tantivy.Index, sort: Sort, expected: list[str]
) -> None:
    request = SearchRequest(parse("*"), sort=sort, limit=30)
    assert ids(index, request, by_score=False) == [article_id(name) for name in expected]


def test_equal_scores_are_ordered_by_date_on_every_page(index: tantivy.Index) -> None:
    pages = [
        each
        for offset in range(0, 30, 7)
        for each in ids(index, SearchRequest(parse("*"), limit=7, offset=offset), by_score=True)
    ]
    assert pages == [article_id(name) for name in [*NAMES[:0:-1], NAMES[0]]]


def test_an_article_is_found_by_its_id(index: tantivy.Index) -> None:
    searcher = index.searcher()
    address = by_id(searcher, index.schema, article_id("n3"))
    assert address is not None
    assert read(searcher, address) == article("n3", published="2017-12-03T00:00:00Z")
    assert by_id(searcher, index.schema, article_id("nothing")) is None
