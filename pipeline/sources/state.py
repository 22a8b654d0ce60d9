"""What is remembered of a source between polls.

``pipeline.sources.transitions`` says how a poll changes it.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import (
    AliasChoices,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)

from pipeline.base import Record
from pipeline.discover.hints import Hints
from pipeline.discover.listings import LinkTally
from pipeline.discover.refusals import Refusals
from pipeline.outcome import Reason, Rejected, Retry
from pipeline.sources.packing import pack_numbers, unpack_numbers
from pipeline.sources.publication_rate import PublicationRate
from pipeline.urls import Url


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
    TOO_COSTLY = "too_costly"
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
    """A document with the validators of its last response, verbatim (RFC 9110 §8.8)."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def conditions(self) -> dict[str, str]:
        """The headers of a conditional request (RFC 9110 §13.1)."""
        conditions = {"if-none-match": self.etag, "if-modified-since": self.last_modified}
        return {name: value for name, value in conditions.items() if value}


def validators_in(headers: Mapping[str, str]) -> dict[str, str | None]:
    """The validators of a response, by their names in the states."""
    return {"etag": headers.get("etag"), "last_modified": headers.get("last-modified")}


class ChildState(_Validated):
    """A sitemap of an index: when the index said that it changed, and its own validators.

    ``body`` is the hash of its document, where none of its entries waits for the frontier.
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
        distrusted: the validators stayed the same over new entries, so that they are not used.
        added: the first poll.
        last_whole: the last poll that was answered with a document.
        last_new: the last poll or push that brought something new.
        failing_since: the first of the failures in a row.
        failure: the last one's kind; ``error`` says it in words.
        status: that of the last response, if there was one.
        throttled: how often the server asked for fewer requests (429, 503);
            ``last_throttled`` is the last time.
        gone: the server said that it is gone for good (410): it is polled only on request.
        children: the sitemaps of an index that were fetched, by address.
        shapes: what became of the links of a section page, by the form of their addresses.
        entries: how many the last document had.
        refusals: those of them that cannot be followed.
        site: the origin of what the feed names as its site, else of most of its last entries.
        newest: the newest date of an entry that is not in the future.
        dated: whether the entries' dates can be used: with a time of day, and not made up.
        dates_wrong: the dates cannot be right: nearly all in the future, or all the time of the
            fetch.
        rate: when it publishes.
        latencies: seconds from publication to first sight of the last new articles, of those whose
            date has a time of day and lies after ``added``; more than 18 hours count as that.
        hints: what the source asks for.
        interval: seconds between the last poll and the next; ``paced_by`` says what decided it.
        notified: the critical level that the last event reported.
        pushed: the name of the last push that is counted in here.
    """

    # Stored states and the JSON of ``status`` keep the names of the release before.
    model_config = ConfigDict(serialize_by_alias=True)

    address: Url | None = None
    kept: Url | None = None
    redirect: Redirect | None = None
    body: str | None = None
    distrusted: bool = False
    added: float | None = None
    last_poll: float | None = None
    last_success: float | None = None
    last_whole: float | None = None
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
        default=PublicationRate(),
        validation_alias=AliasChoices("rate", "rhythm"),
        serialization_alias="rhythm",
    )
    latencies: Latencies = ()
    hints: Hints = Hints()
    interval: float | None = None
    paced_by: str | None = None
    notified: str | None = Field(
        default=None,
        validation_alias=AliasChoices("notified", "told"),
        serialization_alias="told",
    )
    pushed: str | None = None

    @property
    def polled_at(self) -> Url | None:
        """The address that is polled."""
        return self.kept or self.address


def failure_of(verdict: Rejected | Retry, status: int | None) -> Failure:
    """The kind of a failure, by the status of the response when there was one."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if isinstance(verdict, Rejected):
        return _BY_REASON.get(verdict.reason, Failure.HTTP_ERROR)
    if verdict.fault:
        return Failure(verdict.fault.value)
    return Failure.HTTP_ERROR if status else Failure.CONNECT
