"""Trace a URL: what happened to it, or why nothing did."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.urls import BadUrl, url_id
from storage.redis.ledger import Entry, Ledger

_NEVER_SEEN = "it was never announced by a source or given to `newsloom crawl`"


@dataclass(frozen=True, slots=True)
class UrlTrace:
    """The ledger's entry of a URL and the events that led there.

    Attributes:
        entry: state, link and outcome.
        events: oldest first; ``at`` in seconds since the epoch, ``event``, and what it carries.
    """

    entry: Entry
    events: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class UntracedUrl:
    """A URL that the ledger has no entry of.

    Attributes:
        url: as it was given.
        state: whether it was refused as a link, or is unknown.
        why: the reason as a clause.
    """

    url: str
    state: Literal["refused", "unknown"]
    why: str


def trace(ledger: Ledger, url: str) -> UrlTrace | UntracedUrl:
    """What happened to a URL, in whatever form it was written."""
    try:
        entry = ledger.entry(url_id(url))
    except BadUrl as error:
        return _untraced(ledger, url, str(error))
    if entry is None:
        return _untraced(ledger, url, _NEVER_SEEN)
    return UrlTrace(entry, tuple(ledger.trace(entry.url_id)))


def _untraced(ledger: Ledger, url: str, reason: str) -> UntracedUrl:
    refusal = ledger.refusal(url)
    if refusal:
        return UntracedUrl(url, "refused", refusal)
    return UntracedUrl(url, "unknown", reason)
