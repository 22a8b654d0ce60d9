"""Trace a URL: what happened to it, or why nothing did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.urls import BadUrl, UrlId, url_id
from services.names import id_of, is_id
from storage.index import Index
from storage.redis.ledger import Entry, Ledger
from workers.chain.run import STAGES

STEPS = ("leased_at", *(stage.name for stage in STAGES))
"""What happens to a batch, in its order: two steps may have the same time."""

_NEVER_SEEN = "it was never announced by a source or given to `newsloom crawl`"
_NO_ID = "no URL in the ledger and no article has this id"
_LEFT = "the ledger has no entry of this article any more; its address is {url}"


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


def announcement(link: Mapping[str, Any]) -> str:
    """Who announced the link of an event, and where, in words."""
    where = f" in {link['found_in']}" if link.get("found_in") else ""
    return f"found by {link['found_by']} of {link['source']}{where}"


def trace(ledger: Ledger, name: str, open_index: Callable[[], Index]) -> UrlTrace | UntracedUrl:
    """What happened to a URL, or to the URL that became an article.

    Args:
        ledger: what is asked.
        name: a URL in whatever form it was written, the id of one, or the id of an article.
        open_index: called for an id that the ledger does not know: an article's id is that of its
            canonical URL, and it may have come by another one.

    Raises:
        IndexUnavailable: the index or the ledger archive has to be asked, and does not answer.
    """
    try:
        entry = ledger.entry(id_of(name))
    except BadUrl as error:
        return _untraced(ledger, name, str(error))
    if entry:
        return _traced(ledger, entry)
    if is_id(name):
        return _trace_article(ledger, open_index(), UrlId(name))
    return _untraced(ledger, name, _NEVER_SEEN)


def _traced(ledger: Ledger, entry: Entry) -> UrlTrace:
    return UrlTrace(entry, tuple(ledger.trace(entry.url_id)))


def _trace_article(ledger: Ledger, index: Index, article_id: UrlId) -> UrlTrace | UntracedUrl:
    """The trace of the URL under which an article was fetched."""
    article = index.get(article_id)
    if article is None:
        return UntracedUrl(article_id, "unknown", _NO_ID)
    entry = ledger.entry(url_id(article.url))
    if entry is None:
        return UntracedUrl(article_id, "unknown", _LEFT.format(url=article.url))
    return _traced(ledger, entry)


def _untraced(ledger: Ledger, url: str, reason: str) -> UntracedUrl:
    refusal = ledger.refusal(url)
    if refusal:
        return UntracedUrl(url, "refused", refusal)
    return UntracedUrl(url, "unknown", reason)
