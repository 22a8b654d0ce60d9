"""Search, and samples of what a search finds."""

from typing import Annotated

from fastapi import APIRouter, Query

from search.request import MAX_WINDOW, Sort
from search.results import SearchResult
from services.articles.search import search
from web.api.context import InContext, Reader

router = APIRouter(tags=["search"])

QueryText = Annotated[
    str,
    Query(
        description="A query in Lucene syntax; an empty one finds everything.",
        examples=["kremlin AND published:[2017-12-01 TO 2017-12-31]"],
        max_length=4_000,
    ),
]
WithCopies = Annotated[bool, Query(description="Also near-copies of articles that are found.")]


@router.get("/search")
def get_search(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
    context: InContext,
    _caller: Reader,
    q: QueryText = "",
    limit: Annotated[int, Query(ge=0, le=100, description="Hits on the page.")] = 10,
    offset: Annotated[int, Query(ge=0, le=MAX_WINDOW - 100, description="Hits to skip.")] = 0,
    sort: Sort = Sort.RELEVANCE,
    copies: WithCopies = False,
) -> SearchResult:
    """Find articles: a page of hits, the total, and facets over all of them."""
    return search(
        context.index,
        q,
        limit=limit,
        offset=offset,
        sort=sort,
        copies=copies,
        groups=context.groups,
    )
