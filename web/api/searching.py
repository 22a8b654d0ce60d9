"""Search, and samples of what a search finds."""

from typing import Annotated

from fastapi import APIRouter, Query

from search.request import MAX_WINDOW, USUAL_FACETS, Sort
from search.results import SearchResult
from services.articles import sample as samples
from services.articles.sample import Sample, sample
from services.articles.search import search
from web.api.context import InContext, Reader

router = APIRouter(tags=["search"])

_MOST_PER_PAGE = 100
_LARGEST_SEED = 2**53 - 1  # the largest whole number that every JSON reader keeps

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
    limit: Annotated[int, Query(ge=0, le=_MOST_PER_PAGE, description="Hits on the page.")] = 10,
    offset: Annotated[
        int,
        Query(ge=0, le=MAX_WINDOW - _MOST_PER_PAGE, description="Hits to skip; not with `after`."),
    ] = 0,
    after: Annotated[
        str | None,
        Query(description="`next` of the page before, to any depth.", max_length=4_000),
    ] = None,
    sort: Annotated[Sort, Query(description="The order of the hits.")] = Sort.RELEVANCE,
    copies: WithCopies = False,
    facet: Annotated[
        list[str],
        Query(description="What to count over all that is found.", max_length=20),
    ] = list(USUAL_FACETS),  # noqa: B006 - FastAPI copies it
    facet_size: Annotated[int, Query(ge=0, le=1_000, description="Values of each facet.")] = 10,
) -> SearchResult:
    """Find articles: a page of hits, the total, and facets over all of them.

    `next` of the answer is the `after` of the next page.
    """
    return search(
        context.index,
        q,
        limit=limit,
        offset=0 if after else offset,
        after=after,
        sort=sort,
        copies=copies,
        groups=context.groups,
        facets=tuple(facet),
        facet_size=facet_size,
        now=context.now,
    )


@router.get("/sample")
def get_sample(
    context: InContext,
    _caller: Reader,
    q: QueryText = "",
    size: Annotated[int, Query(ge=1, le=samples.MOST, description="How many articles.")] = 20,
    seed: Annotated[
        int,
        Query(ge=0, le=_LARGEST_SEED, description="The same seed draws the same articles."),
    ] = 0,
    copies: WithCopies = False,
) -> Sample:
    """Draw articles at random from all that match; each is as likely as any other."""
    with context.costly():
        return sample(
            context.index,
            q,
            size=size,
            seed=seed,
            copies=copies,
            groups=context.groups,
            now=context.now,
        )
