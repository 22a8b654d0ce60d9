"""Counts of articles: by field, over time, of several queries and of thousands."""

from functools import partial
from typing import Annotated

import anyio.from_thread
from fastapi import APIRouter, Depends, Query, Request

from search.counting import MOST_DIMENSIONS
from search.results import CountResult
from services.articles.count import count
from services.counts.batch import Batch, Budget, Periods, batch
from services.counts.compare import FEWEST, MOST, Comparison, compare
from services.counts.days import Counting
from services.counts.intervals import Interval
from services.counts.timeline import Timeline, TimeRange, timeline
from services.coverage.gaps import SourceGap, gaps_between, known_gaps, whether_polled
from web.api import batches
from web.api.context import BATCH, COSTLY, InContext, Reader, charge
from web.api.moments import Moment
from web.api.searching import QueryText, WithCopies

router = APIRouter(tags=["counts"])

_QUERIES_PER_REQUEST = 50
"""Of a batch, so many count as one request against the limit."""

MOST_CELLS = 50_000
"""Combinations of values in one answer; `newsloom count` may have more."""

BATCH_SECONDS = 120.0
"""Within which the queries of a batch must be counted."""

_FROM = Query(description="From when on: a day (UTC), or a moment with its zone.")
_UNTIL = Query(description="Until when, excluded: a day (UTC), or a moment with its zone.")
OfSources = Annotated[
    list[str], Query(alias="source", description="Only of these sources.", max_length=1_000)
]


def _wanted(
    start: Annotated[Moment | None, _FROM] = None,
    end: Annotated[Moment | None, _UNTIL] = None,
    interval: Annotated[
        Interval | None, Query(description="The length of the bars; left out, at most 100 bars.")
    ] = None,
) -> TimeRange:
    return TimeRange(start, end, interval)


def _counting(
    context: InContext,
    source: OfSources = [],  # noqa: B006 - FastAPI copies it
    share: Annotated[
        bool, Query(description="Also count all that the chosen sources published.")
    ] = False,
    copies: WithCopies = False,
) -> Counting:
    return Counting(
        context.index,
        context.now,
        copies=copies,
        groups=context.groups,
        sources=tuple(source) or None,
        share=share,
        gaps=partial(known_gaps, context.resources),
    )


Wanted = Annotated[TimeRange, Depends(_wanted)]
InCounting = Annotated[Counting, Depends(_counting)]


@router.get("/count", dependencies=[COSTLY])
def get_count(
    context: InContext,
    _caller: Reader,
    q: QueryText = "",
    by: Annotated[
        list[str],
        Query(
            description="What to count by, such as `month` and `source`.",
            examples=[["month", "source"]],
            max_length=MOST_DIMENSIONS,
        ),
    ] = [],  # noqa: B006 - FastAPI copies it
    copies: WithCopies = False,
) -> CountResult:
    """Count articles, in all and by combinations of values; the total is that of a search.

    There may be 50,000 combinations; more are refused.
    """
    return count(
        context.index,
        q,
        by,
        copies=copies,
        groups=context.groups,
        now=context.now,
        most_cells=MOST_CELLS,
    )


@router.get("/timeline", dependencies=[COSTLY])
def get_timeline(
    counting: InCounting, _caller: Reader, wanted: Wanted, q: QueryText = ""
) -> Timeline:
    """Count articles over time. What has no right date is counted apart; all adds up to `total`.

    Beside the bars stand the gaps in coverage: when the chosen sources did not answer, or nobody
    asked them. The last 1,000 of the range are given; `missed` of the bars knows of all.
    """
    return timeline(counting, q, wanted)


@router.get("/compare", dependencies=[COSTLY])
def get_compare(
    counting: InCounting,
    _caller: Reader,
    wanted: Wanted,
    q: Annotated[
        list[str],
        Query(
            description="The queries; repeat the parameter.",
            examples=[["kremlin", "white house"]],
            min_length=FEWEST,
            max_length=MOST,
        ),
    ],
) -> Comparison:
    """Count two to ten queries over time, on one axis."""
    return compare(counting, q, wanted)


@router.get("/coverage", dependencies=[COSTLY])
def get_coverage(
    context: InContext,
    _caller: Reader,
    start: Annotated[Moment, _FROM],
    end: Annotated[Moment, _UNTIL],
    source: OfSources = [],  # noqa: B006 - FastAPI copies it
) -> tuple[SourceGap, ...]:
    """The gaps in coverage within a range of time, the last 1,000 of them.

    Of each source the last 200 are known. A source that is paused has no gap for that.
    """
    asked = whether_polled(context.resources, source or None)
    states = context.resources.stores.sources
    return gaps_between(states, asked, start=start, end=end, now=context.now).last


@router.post(
    "/batch",
    dependencies=[BATCH],
    openapi_extra=batches.IN_OPENAPI,
    responses=batches.AS_CSV,
)
def post_batch(  # noqa: PLR0913, PLR0917
    request: Request,
    counting: InCounting,
    caller: Reader,
    queries: batches.GivenQueries,
    context: InContext,
    wanted: Wanted,
) -> Batch:
    """Count up to 5,000 queries, in all or by period (`interval`).

    The queries come as JSON, or as CSV in the first column; with `Accept: text/csv` the answer is
    CSV too, a row for each query. A query that cannot be read is an error in its row. Fifty of them
    count as one request against the limit. A batch that takes more than two minutes is stopped with
    a problem, which says how many were counted.
    """
    charge(request, context, caller, cost=len(queries) // _QUERIES_PER_REQUEST)
    interval = wanted.interval
    periods = Periods(interval, wanted.start, wanted.end) if interval else None
    budget = Budget(
        BATCH_SECONDS, wanted=lambda: not anyio.from_thread.run(request.is_disconnected)
    )
    counted = batch(counting, queries, periods, budget)
    if batches.wants_csv(request):
        return batches.as_csv(counted)  # type: ignore[return-value]  # a response is passed on
    return counted
