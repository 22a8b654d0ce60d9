"""What became of URLs: the ledger, traces, look-ups, dead letters."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from pipeline.base import Record
from pipeline.outcome import Dead, Retry
from services.dead_letters import list_dead_letters, retry_dead_letters
from services.ledger.lookup import MOST_URLS, LookedUp, lookup
from services.ledger.totals import LedgerTotals, ledger_totals
from services.trace import UntracedUrl, UrlTrace, trace
from storage.redis.ledger import Entry
from web.api.context import COSTLY, InContext, Reader, Writer

router = APIRouter(tags=["pipeline"])

_LONGEST_URL = 4_096
_MOST_LETTERS = 1_000

UrlText = Annotated[str, Field(min_length=1, max_length=_LONGEST_URL)]


class Urls(Record):
    """A list of URLs, in any of their forms."""

    urls: tuple[UrlText, ...] = Field(
        max_length=MOST_URLS, examples=[["https://news.example/2017/12/ferries"]]
    )


class DeadLetter(Record):
    """A URL that was given up. Times are seconds since the epoch.

    Attributes:
        url: its address.
        source: that announced it.
        attempts: that were made.
        crashes: workers that it took down.
        error: the last one.
        found_at: when it was accepted.
        ended_at: when it was given up.
    """

    url: str
    source: str
    attempts: int
    crashes: int
    error: str | None
    found_at: float
    ended_at: float | None


class RetriedLetters(Record):
    """How many dead letters wait again."""

    retried: int


@router.get("/ledger")
def get_ledger(context: InContext, _caller: Reader) -> LedgerTotals:
    """The ledger's totals by state and reason. Every accepted URL is in exactly one state."""
    return ledger_totals(context.resources.stores.ledger)


@router.get("/trace")
def get_trace(
    context: InContext,
    _caller: Reader,
    url: Annotated[
        str,
        Query(
            description="A URL in any form, its id, or the id of an article.",
            min_length=1,
            max_length=_LONGEST_URL,
            examples=["https://news.example/2017/12/ferries"],
        ),
    ],
) -> UrlTrace | UntracedUrl:
    """What happened to a URL, or why nothing did."""
    return trace(context.resources.stores.ledger, url, lambda: context.index)


@router.post("/lookup", dependencies=[COSTLY])
def post_lookup(context: InContext, _caller: Reader, wanted: Urls) -> tuple[LookedUp, ...]:
    """What became of up to 1,000 URLs: the articles that they are, or why they are none."""
    return lookup(context.resources.stores.ledger, context.index, wanted.urls)


@router.get("/dead")
def get_dead(
    context: InContext,
    _caller: Reader,
    limit: Annotated[int, Query(ge=1, le=_MOST_LETTERS, description="How many.")] = 100,
) -> tuple[DeadLetter, ...]:
    """The dead letters, the newest first."""
    ledger = context.resources.stores.ledger
    return tuple(map(_letter, list_dead_letters(ledger, limit=limit)))


@router.post("/dead/retry")
def post_dead_retry(context: InContext, _caller: Writer, wanted: Urls) -> RetriedLetters:
    """Put dead letters back into the frontier. URLs that are none are passed over."""
    return RetriedLetters(retried=retry_dead_letters(context.resources, wanted.urls))


def _letter(entry: Entry) -> DeadLetter:
    outcome = entry.outcome
    return DeadLetter(
        url=entry.link.url,
        source=entry.link.source,
        attempts=entry.attempts,
        crashes=entry.crashes,
        error=outcome.error if isinstance(outcome, Dead | Retry) else None,
        found_at=entry.found_at,
        ended_at=entry.ended_at,
    )
