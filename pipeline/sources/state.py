"""What is remembered of a source between polls, and how a poll changes it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from enum import StrEnum
from typing import Annotated

from pydantic import AliasChoices, AwareDatetime, BeforeValidator, Field, PlainSerializer

from pipeline.base import Record
from pipeline.discover.hints import Hints
from pipeline.discover.listings import LinkTally
from pipeline.discover.refusals import Refusals
from pipeline.outcome import Reason, Rejected, Retry
from pipeline.records import Link
from pipeline.sources.packing import pack_numbers, unpack_numbers
from pipeline.sources.publication_rate import PublicationRate
from pipeline.urls import Url

MOST_LATENCIES = 200
"""New articles whose latency is remembered."""

SIGHTINGS = 3
"""Polls in a row that must see the same permanent redirect before its target is kept,"""

SIGHTED_FOR = 86_400.0
"""and seconds over which they must be spread: what is undone within a day was a mistake."""

# Failures in a row after which a kept address is given up for the one in the sources.
_LOST_AFTER = 3
_LONGEST_LATENCY = 65_535
_AHEAD = 600.0
_FEW_DATES, _MOST_OF = 3, 0.8
_ODD = 60.0
_ENOUGH = 100  # entries that tell where a feed's site is


class Failure(StrEnum):
    """Why a poll brought nothing that can be read.

    One vocabulary for the state, the command and the docs.
    """

    DNS = "dns"
    TLS = "tls"
    TIMEOUT = "timeout"
    CONNECT = "connect"
    BLOCKED = "blocked"
    PAYWALL = "paywall"
    GONE = "gone"
    MOVED = "moved"
    EMPTY = "empty"
    PARSE = "parse"
    ROBOTS = "robots"
    HTTP_ERROR = "http_error"
    REFUSED = "refused"
    DATES_WRONG = "dates_wrong"


_BY_STATUS = {
    401: Failure.PAYWALL,
    402: Failure.PAYWALL,
    407: Failure.PAYWALL,
    403: Failure.BLOCKED,
    429: Failure.BLOCKED,
    451: Failure.BLOCKED,
    410: Failure.GONE,
}
_BY_REASON = {
    Reason.ROBOTS: Failure.ROBOTS,
    Reason.BLOCKED_ADDRESS: Failure.CONNECT,
    Reason.TOO_MANY_REDIRECTS: Failure.MOVED,
    Reason.BAD_URL: Failure.MOVED,
    Reason.UNSUPPORTED_SCHEME: Failure.MOVED,
    Reason.EMPTY: Failure.EMPTY,
    Reason.TOO_LARGE: Failure.PARSE,
    Reason.BAD_ENCODING: Failure.PARSE,
}


def _latencies_as_text(latencies: Sequence[int]) -> str:
    return pack_numbers("H", latencies)


def _latencies_of_text(value: object) -> object:
    return unpack_numbers("H", value) if isinstance(value, str) else value


Latencies = Annotated[
    tuple[int, ...], BeforeValidator(_latencies_of_text), PlainSerializer(_latencies_as_text)
]


class _Validated(Record):
    """A document with the validators of its last answer, verbatim, to be sent back as they came (RFC 9110 §8.8)."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def conditions(self) -> dict[str, str]:
        """The headers of a conditional request (RFC 9110 §13.1)."""
        conditions = {"if-none-match": self.etag, "if-modified-since": self.last_modified}
        return {name: value for name, value in conditions.items() if value}


def validators_in(headers: Mapping[str, str]) -> dict[str, str | None]:
    """The validators of an answer, by their names in the states."""
    return {"etag": headers.get("etag"), "last_modified": headers.get("last-modified")}


class ChildState(_Validated):
    """A sitemap of an index: when the index said that it changed, and its own validators.

    ``body`` is the hash of its document, where nothing in it waits to be taken.
    """

    modified: AwareDatetime | None = None
    body: str | None = None


class Redirect(Record):
    """A permanent redirect as it was seen: where to, how often in a row, since when."""

    address: Url
    sightings: int
    since: float


class SourceState(_Validated):
    """What is remembered of a source. Times are seconds since the epoch.

    All of it holds for ``address`` only.

    Attributes:
        address: as it stands in the sources.
        kept: where it moved for good, and is polled since.
        redirect: a permanent redirect that was not seen often enough to be kept.
        body: hash of the last document that was read whole; one with the same hash is not read
            again.
        added: the first poll.
        last_new: the last poll or push that brought something new.
        failing_since: the first of the failures in a row.
        failure: the last one's kind; ``error`` says it in words.
        status: the last answer's, if there was one.
        throttled: how often the server asked us to slow down (429, 503); ``last_throttled`` is the
            last time.
        gone: the server said that it is gone for good (410): it is not polled until somebody asks.
        children: the sitemaps of an index that were fetched, by address.
        shapes: what became of the links of a section page, by the form of their addresses.
        entries: how many the last document had.
        refusals: those of them that cannot be followed.
        site: the origin of what the feed names as its site, else of most of its last entries.
        newest: the newest date of an entry that is not in the future.
        dated: whether the entries' dates can be used: with a time of day, and not made up.
        dates_wrong: the dates cannot be meant: nearly all in the future, or all the moment of the
            fetch.
        rate: when it publishes.
        latencies: seconds from publication to first sight of the last new articles, of those whose
            date has a time of day and lies after ``added``; more than 18 hours count as that.
        hints: what the source asks for.
        interval: seconds between the last poll and the next; ``paced_by`` says what decided it.
        notified: the critical level that an event reported.
        pushed: the name of the last push that is counted in here.
    """

    address: Url | None = None
    kept: Url | None = None
    redirect: Redirect | None = None
    body: str | None = None
    added: float | None = None
    last_poll: float | None = None
    last_success: float | None = None
    last_new: float | None = None
    failures: int = 0
    failing_since: float | None = None
    failure: Failure | None = None
    error: str | None = None
    status: int | None = None
    throttled: int = 0
    last_throttled: float | None = None
    gone: bool = False
    children: Mapping[str, ChildState] = Field(default_factory=dict)
    shapes: Mapping[str, LinkTally] = Field(default_factory=dict)
    entries: int | None = None
    refusals: Refusals | None = None
    site: Url | None = None
    newest: float | None = None
    dated: bool = True
    dates_wrong: bool = False
    rate: PublicationRate = Field(
        default=PublicationRate(), validation_alias=AliasChoices("rate", "rhythm")
    )
    latencies: Latencies = ()
    hints: Hints = Hints()
    interval: float | None = None
    paced_by: str | None = None
    notified: str | None = Field(default=None, validation_alias=AliasChoices("notified", "told"))
    pushed: str | None = None

    @property
    def polled_at(self) -> Url | None:
        """The address that is asked."""
        return self.kept or self.address


def failure_of(verdict: Rejected | Retry, status: int | None) -> Failure:
    """The kind of a failure, by the answer's status when there was an answer."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if isinstance(verdict, Rejected):
        return _BY_REASON.get(verdict.reason, Failure.HTTP_ERROR)
    if verdict.fault:
        return Failure(verdict.fault.value)
    return Failure.HTTP_ERROR if status else Failure.CONNECT


def failed(
    state: SourceState, now: float, failure: Failure, error: str, *, status: int | None = None
) -> SourceState:
    """After a poll that brought nothing to read."""
    failures = state.failures + 1
    changes: dict[str, object] = {
        "added": state.added or now,
        "last_poll": now,
        "failures": failures,
        "failing_since": state.failing_since or now,
        "failure": failure,
        "error": error,
        "status": status,
        "gone": failure is Failure.GONE and not state.kept,
    }
    if status in {429, 503}:
        changes |= {"throttled": state.throttled + 1, "last_throttled": now}
    if state.kept and (failures >= _LOST_AFTER or failure is Failure.GONE):
        changes |= {"kept": None, "redirect": None}
    return state.model_copy(update=changes)


def succeeded(
    state: SourceState, now: float, *, status: int, moved_to: Url | None = None
) -> SourceState:
    """After a poll that was answered with something readable, "not modified" included.

    Args:
        state: before.
        now: the poll's time.
        status: the answer's.
        moved_to: where permanent redirects alone led, if they did.
    """
    changes: dict[str, object] = {
        "added": state.added or now,
        "last_poll": now,
        "last_success": now,
        "failures": 0,
        "failing_since": None,
        "failure": None,
        "error": None,
        "status": status,
        "gone": False,
    }
    return state.model_copy(update={**changes, **_redirected(state, now, moved_to)})


def _redirected(state: SourceState, now: float, moved_to: Url | None) -> dict[str, object]:
    """RFC 9110 §15.4.2 lets us keep the target at once.

    A mistake in a server's configuration would be kept as well.
    """
    if moved_to is None or moved_to == state.polled_at:
        return {"redirect": None}
    seen = state.redirect
    if seen is None or seen.address != moved_to:
        return {"redirect": Redirect(address=moved_to, sightings=1, since=now)}
    if seen.sightings + 1 >= SIGHTINGS and now - seen.since >= SIGHTED_FOR:
        return {"redirect": None, "kept": None if moved_to == state.address else moved_to}
    return {"redirect": seen.model_copy(update={"sightings": seen.sightings + 1})}


def informed(
    state: SourceState, now: datetime, links: Sequence[Link], accepted: Sequence[Link]
) -> SourceState:
    """After a document was read: what its dates say of the rhythm and of the latency.

    Args:
        state: before; ``succeeded`` may come later.
        now: the poll's time.
        links: all that the document announced, or of a sitemap all that is new.
        accepted: those of them that nobody had announced before.
    """
    at = now.timestamp()
    dates = [link.published or link.modified for link in links]
    known = [date for date in dates if date]
    wrong = _wrong(known, now)
    moments = timed(known)
    dated = not wrong and bool(links) and len(moments) >= _MOST_OF * len(links)
    past = [moment for moment in moments if moment <= at] if dated else []
    first = state.last_success is None
    if dated:
        fresh = [moment for moment in past if state.newest is None or moment > state.newest]
        rate = state.rate.learned(fresh, at)
    else:
        rate = state.rate.learned([] if first else [at] * len(accepted), at)
    latencies = latencies_of(state, at, timed(link.published for link in accepted)) if dated else ()
    return state.model_copy(
        update={
            "rate": rate,
            "newest": max([*past, *([state.newest] if state.newest else [])], default=None),
            "dated": dated or (state.dated and not links),
            "dates_wrong": wrong,
            "latencies": (*state.latencies, *latencies)[-MOST_LATENCIES:],
            "site": usual_origin(links) or state.site,
        }
    )


def usual_origin(links: Sequence[Link]) -> Url | None:
    """Where more than half of a document's links lead (of the first hundred): scheme and host.

    None if they scatter.
    """
    origins = Counter(link.url.origin for link in links[:_ENOUGH])
    return next((origin for origin, count in origins.items() if 2 * count > origins.total()), None)


def timed(dates: Iterable[datetime | None]) -> list[float]:
    """Those that have a time of day, in seconds since the epoch."""
    return [date.timestamp() for date in dates if date and date.time() != time(0)]


def latencies_of(state: SourceState, at: float, published: Sequence[float]) -> tuple[int, ...]:
    """Seconds from publication to first sight, oldest first.

    A publisher's clock may be ahead by a minute.

    An article from before the first poll says nothing of the polling.
    """
    if state.added is None:
        return ()
    seen = (moment for moment in sorted(published) if state.added < moment <= at + _ODD)
    return tuple(min(round(max(at - moment, 0.0)), _LONGEST_LATENCY) for moment in seen)


def _wrong(dates: Sequence[datetime], now: datetime) -> bool:
    """Whether the dates cannot be meant.

    Most are ahead of us, or all are one moment, that of the fetch.
    """
    if len(dates) < _FEW_DATES:
        return False
    at = now.timestamp()
    ahead = sum(date.timestamp() > at + _AHEAD for date in dates)
    at_fetch = sum(abs(date.timestamp() - at) < _ODD for date in dates)
    return ahead >= _MOST_OF * len(dates) or (
        at_fetch >= _MOST_OF * len(dates) and len(set(dates)) == 1
    )
