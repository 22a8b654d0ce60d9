"""Both backends: the pages of a result, one after the other, while articles arrive."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.records import EnrichedArticle
from search.errors import QueryError
from search.language.query import parse
from search.request import SearchRequest, Sort
from storage.index import Index
from tests.support.data.articles import article
from tests.support.index_questions import put

START = datetime(1969, 12, 20, tzinfo=UTC)
"""Before 1970, since moments are kept as numbers that are negative then."""


def made(number: int, **changes: Any) -> EnrichedArticle:
    """Many have the same date or none, texts differ in length, and there are two months."""
    values: dict[str, Any] = {
        "body": "The fox. " * (1 + number % 7) + "filler " * (number % 11),
        "published": None if number % 6 == 0 else START + timedelta(days=number // 4),
        "first_seen": datetime(2017, 11 + number % 2, 3, tzinfo=UTC),
    }
    return article(f"n{number}", **(values | changes))


def pages(index: Index, request: SearchRequest, arriving: list[EnrichedArticle]) -> list[str]:
    """The ids on all pages; before each next one, articles arrive."""
    found: list[str] = []
    for _ in range(100):
        result = index.search(request)
        assert len(result.hits) <= request.limit
        found += [hit.id for hit in result.hits]
        if result.next is None:
            return found
        for _ in range(min(5, len(arriving))):
            put(index, arriving.pop())
        request = replace(request, after=result.next)
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize("query", ["fox", "*", "fox OR filler", "lang:en"])
@pytest.mark.parametrize("sort", list(Sort))
def test_pages_show_all_once_in_order(index: Index, query: str, sort: Sort) -> None:
    put(index, *(made(number) for number in range(90)))
    whole = index.search(SearchRequest(parse(query), limit=100, sort=sort, moment=START))
    assert (whole.total, whole.next) == (90, None)
    paged = pages(index, SearchRequest(parse(query), limit=7, sort=sort, moment=START), [])
    assert paged == [hit.id for hit in whole.hits]


@pytest.mark.parametrize("sort", list(Sort))
def test_nothing_is_shown_twice_or_left_out_while_articles_arrive(index: Index, sort: Sort) -> None:
    there = [made(number) for number in range(90)]
    put(index, *there)
    arriving = [made(number, body="fox and another animal " * 9) for number in range(100, 160)]
    request = SearchRequest(parse("fox OR filler"), limit=9, sort=sort, moment=START)
    found = pages(index, request, arriving)
    assert len(found) == len(set(found))
    assert {each.id for each in there} <= set(found)


def test_a_page_by_offset_leads_on(index: Index) -> None:
    put(index, *(made(number) for number in range(30)))
    whole = [hit.id for hit in index.search(SearchRequest(parse("fox"), limit=30)).hits]
    page = index.search(SearchRequest(parse("fox"), limit=7, offset=5))
    following = index.search(SearchRequest(parse("fox"), limit=7, after=page.next))
    assert [hit.id for hit in following.hits] == whole[12:19]


def test_a_page_without_hits_leads_nowhere(index: Index) -> None:
    put(index, made(1))
    assert index.search(SearchRequest(parse("fox"), limit=0)).next is None
    assert index.search(SearchRequest(parse("cat"))).next is None


def test_a_cursor_of_another_query_is_refused(index: Index) -> None:
    put(index, made(1), made(2))
    after = index.search(SearchRequest(parse("fox"), limit=1)).next
    with pytest.raises(QueryError, match="another query"):
        index.search(SearchRequest(parse("the"), after=after))
    with pytest.raises(QueryError, match="damaged"):
        index.search(SearchRequest(parse("fox"), after="x"))
