"""Counts of articles: by field and over time."""

from typing import Annotated

from fastapi import APIRouter, Query

from search.counting import MOST_DIMENSIONS
from search.results import CountResult
from services.articles.count import count
from web.api.context import InContext, Reader
from web.api.searching import QueryText, WithCopies

router = APIRouter(tags=["counts"])


@router.get("/count")
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
    """Count articles, in all and by combinations of values; the total is that of a search."""
    return count(context.index, q, by, copies=copies, groups=context.groups)
