"""The outcome of a stage of the pipeline for a URL.

Terminal outcomes are typed results, not exceptions::

    Outcome
    ├── Indexed      it can be searched
    ├── Duplicate    it is already there, as which article
    ├── Rejected     it is no article we keep, and why
    ├── Dead         its attempts are used up; kept for replay with the error
    └── Retry        not terminal: try again, not before some seconds
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from pipeline.base import Record


class Reason(StrEnum):
    """Why something was rejected. One vocabulary for the ledger, the command and the docs."""

    BAD_URL = "bad_url"
    UNSUPPORTED_SCHEME = "unsupported_scheme"
    BLOCKED_ADDRESS = "blocked_address"
    ROBOTS = "robots"
    NOT_FOUND = "not_found"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    HTTP_ERROR = "http_error"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    TOO_LARGE = "too_large"
    UNSUPPORTED_CONTENT = "unsupported_content"
    BAD_ENCODING = "bad_encoding"
    EMPTY = "empty"
    NOT_AN_ARTICLE = "not_an_article"
    TOO_COSTLY = "too_costly"


class Indexed(Record):
    """Searchable under ``article``; ``copy_of`` is set when it is a near-copy from elsewhere."""

    kind: Literal["indexed"] = "indexed"
    article: str
    copy_of: str | None = None


class Duplicate(Record):
    """The same article again; ``article`` is the one that was there first."""

    kind: Literal["duplicate"] = "duplicate"
    article: str
    rule: str


class Rejected(Record):
    """Not something to index. ``detail`` is a sentence for a person."""

    kind: Literal["rejected"] = "rejected"
    reason: Reason
    detail: str


class Dead(Record):
    """Given up after its attempts; kept for replay."""

    kind: Literal["dead"] = "dead"
    error: str


class Fault(StrEnum):
    """Why no readable response came."""

    DNS = "dns"
    TLS = "tls"
    TIMEOUT = "timeout"
    CONNECT = "connect"
    ROBOTS = "robots"


class Retry(Record):
    """A passing failure; try again after ``after`` seconds (None: the usual backoff).

    ``host_wide`` means that the whole host asked for the pause (429, 503). ``counts`` is False when
    the URL is not the cause (the index is down, no slot of its host was free): such attempts never
    make it dead. ``fault`` is set when no readable response came.
    """

    kind: Literal["retry"] = "retry"
    error: str
    after: float | None = None
    host_wide: bool = False
    counts: bool = True
    fault: Fault | None = None


Terminal = Indexed | Duplicate | Rejected | Dead
Outcome = Annotated[Terminal | Retry, Field(discriminator="kind")]

OUTCOME: TypeAdapter[Terminal | Retry] = TypeAdapter(Outcome)
"""Encodes and decodes any outcome."""


def sentence_of(outcome: Terminal | Retry) -> str:
    """An outcome for a person to read. Parts of it come from outside."""
    match outcome:
        case Indexed(copy_of=None):
            return f"indexed as {outcome.article}"
        case Indexed():
            return f"indexed as {outcome.article}, a copy of {outcome.copy_of}"
        case Duplicate():
            return f"duplicate of {outcome.article} ({outcome.rule})"
        case Rejected():
            return f"rejected: {outcome.reason.value}: {outcome.detail}"
        case Dead():
            return f"dead: {outcome.error}"
        case Retry():
            return f"to be tried again: {outcome.error}"
