"""Short ways to fill and ask an index."""

from pipeline.records import EnrichedArticle
from search.language.groups import NO_GROUPS, Groups
from search.language.query import parse
from search.request import SearchRequest, Sort
from search.results import SearchResult
from storage.index import Index, Stored


def search(
    index: Index,
    query: str,
    limit: int = 20,
    groups: Groups = NO_GROUPS,
    **options: bool | int | Sort,
) -> SearchResult:
    request = SearchRequest(parse(query, groups), limit=limit, **options)  # type: ignore[arg-type]  # mixed on purpose
    return index.search(request)


def found(
    index: Index,
    query: str,
    limit: int = 20,
    groups: Groups = NO_GROUPS,
    **options: bool | int | Sort,
) -> set[str]:
    """The last part of the addresses of what is found."""
    result = search(index, query, limit, groups, **options)
    assert result.total == len(result.hits)
    return {hit.url.rsplit("/", 1)[1] for hit in result.hits}


def put(index: Index, *articles: EnrichedArticle) -> None:
    assert index.put(articles) == [Stored()] * len(articles)
