"""Search, and samples of what a search finds."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from pipeline.urls import UrlId
from search.request import MAX_WINDOW, USUAL_FACETS, Sort
from search.results import SearchResult, SignificantWord
from search.significance import MOST_WORDS
from services.articles import sample as samples
from services.articles.explain import Explanation, explain
from services.articles.sample import Sample, sample
from services.articles.search import search
from services.articles.significant import significant_words
from web.api.context import COSTLY, InContext, Reader

router = APIRouter(tags=["search"])

_MOST_PER_PAGE = 100
_LARGEST_SEED = 2**53 - 1  # the largest whole number that every JSON reader keeps

ARTICLE_ID = "^[0-9a-z]{6,64}$"

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
    sort: Annotated[Sort, Query(description="The order of the hits.")] = Sort.BEST,
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


@router.get("/explain", dependencies=[COSTLY])
def get_explain(
    context: InContext,
    _caller: Reader,
    q: QueryText = "",
    article: Annotated[
        list[Annotated[str, Field(pattern=ARTICLE_ID)]],
        Query(description="Ids of articles whose scores are explained.", max_length=20),
    ] = [],  # noqa: B006 - FastAPI copies it
) -> Explanation:
    """How a query was understood, and why articles rank where they do."""
    ids = [UrlId(each) for each in article]
    return explain(context.index, q, ids, groups=context.groups, now=context.now)


@router.get("/significant", dependencies=[COSTLY])
def get_significant(
    context: InContext,
    _caller: Reader,
    q: QueryText = "",
    size: Annotated[int, Query(ge=1, le=MOST_WORDS, description="How many words.")] = 20,
    copies: WithCopies = False,
) -> tuple[SignificantWord, ...]:
    """Words and phrases that the articles found have much more often than all articles."""
    return significant_words(
        context.index, q, size=size, copies=copies, groups=context.groups, now=context.now
    )


@router.get("/sample", dependencies=[COSTLY])
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
    return sample(
        context.index,
        q,
        size=size,
        seed=seed,
        copies=copies,
        groups=context.groups,
        now=context.now,
    )
