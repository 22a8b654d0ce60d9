"""Crawl single URLs now and wait for their outcomes."""

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from config.sources import Source
from config.sources_file import SourcesError
from pipeline.discover.announced import RefusedEntry
from pipeline.priority import requested
from pipeline.records import OF_COMMAND, FoundBy, Link
from pipeline.urls import BadUrl, Url, UrlId, url_id
from pipeline.urls.written import begins_with_host, normalise_written
from storage.index import Index, IndexIncompatible, IndexUnavailable
from storage.redis.connection import StoreUnavailable
from storage.redis.ledger import IN_FLIGHT, Entry
from workers.app import make_app
from workers.chain.dispatch import dispatch
from workers.resources import Resources

_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class RefusedUrl:
    """A URL that cannot be crawled, as it was given, and why."""

    url: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class AcceptedUrls:
    """What became of URLs that were given: ids of the accepted ones, and the refused ones."""

    url_ids: tuple[UrlId, ...]
    refused: tuple[RefusedUrl, ...]


def accept_urls(resources: Resources, urls: Sequence[str]) -> AcceptedUrls:
    """Take URLs into the frontier, also those that were crawled before.

    One without a scheme is asked for by https, unless it or a source at its host is known by http.

    Raises:
        StoreUnavailable: Redis has no room for new work.
    """
    reason = resources.intake.pause()
    if reason:
        raise StoreUnavailable(reason)
    links: list[Link] = []
    refused: list[RefusedUrl] = []
    for url in urls:
        try:
            address = _address(resources, url)
            links.append(Link(url=address, source=OF_COMMAND, found_by=FoundBy.COMMAND))
        except BadUrl as error:
            refused.append(_refuse(resources, url, error))
    links = _with_known_sources(resources, links)
    announcement = requested(len(links))
    resources.stores.frontier.accept(links, announcement=announcement, reopen=True)
    url_ids = dict.fromkeys(url_id(link.url) for link in links)
    return AcceptedUrls(tuple(url_ids), tuple(refused))


def wait_for_outcomes(
    resources: Resources,
    url_ids: Sequence[UrlId],
    *,
    seconds: float,
    progress: Callable[[int], None],
    tend: Callable[[], None],
) -> tuple[Entry, ...]:
    """Send what is ready on its way, and wait until these URLs have ended.

    Args:
        resources: the stores, and the settings for the broker.
        url_ids: the URLs.
        seconds: how long to wait at most.
        progress: called with the number of URLs that have ended, a few times a second.
        tend: called after each check, to keep workers running.

    Returns:
        The ledger's entries; some may still be in flight.
    """
    ledger = resources.stores.ledger
    deadline = time.monotonic() + seconds
    dispatch(make_app(resources.settings), resources)
    while True:
        entries = tuple(entry for entry in map(ledger.entry, url_ids) if entry)
        ended = sum(entry.state not in IN_FLIGHT for entry in entries)
        progress(ended)
        if ended == len(entries) or time.monotonic() > deadline:
            return entries
        tend()
        time.sleep(_PAUSE_SECONDS)


def _with_known_sources(resources: Resources, links: Sequence[Link]) -> list[Link]:
    """The links, with the source of articles that the ledger has forgotten and the index has not.

    What the ledger knows keeps its source in the frontier.
    """
    states = resources.stores.ledger.states([url_id(link.url) for link in links])
    if None not in states:
        return list(links)
    index = resources.open_index()
    return [
        link if state else _with_source_of(index, link)
        for link, state in zip(links, states, strict=True)
    ]


def _with_source_of(index: Index, link: Link) -> Link:
    # While the index does not answer nobody knows, and the crawl waits for it anyway.
    with suppress(IndexUnavailable, IndexIncompatible):
        article = index.get(url_id(link.url))
        if article:
            return link.model_copy(update={"source": article.source})
    return link


def _address(resources: Resources, url: str) -> Url:
    """Where a page is that a person named. Raises ``BadUrl``."""
    address = normalise_written(url)
    if not begins_with_host(url):
        return address
    scheme = _known_scheme(resources, address)
    return Url(f"{scheme}:{address.partition(':')[2]}")


def _known_scheme(resources: Resources, address: Url) -> str:
    """The scheme by which a page is known, else its host; https where neither is."""
    known = resources.stores.ledger.last_links([url_id(address)])
    for link in known.values():
        return link.url.partition(":")[0]
    at_host = {
        source.address.partition(":")[0]
        for source in _known_sources(resources)
        if source.address.host == address.host
    }
    return "http" if at_host == {"http"} else "https"


def _known_sources(resources: Resources) -> Collection[Source]:
    """The sources; none where their file cannot be read, which stops no crawl of a single page."""
    try:
        return resources.registry.all().values()
    except SourcesError:
        return ()


def _refuse(resources: Resources, url: str, error: BadUrl) -> RefusedUrl:
    """Remember a refused URL, so that it can be traced."""
    entry = RefusedEntry.of(url, error.reason, str(error))
    keep = resources.settings.ledger_seconds
    resources.stores.ledger.refuse([entry], source=OF_COMMAND, seconds=keep)
    return RefusedUrl(url, error.reason.value, str(error))
