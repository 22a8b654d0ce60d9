"""What a site offers to be polled: its feeds and sitemaps, each fetched and read."""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import anyio

from pipeline.crawl.private_access import PrivateAccess, private_access
from pipeline.discover.candidates import (
    USUAL_FEEDS,
    USUAL_NEWS_SITEMAPS,
    USUAL_SITEMAPS,
    FoundSource,
    Place,
    SourceCandidate,
    best_first,
    is_comments,
    is_news,
    named_in,
    sitemaps_of_robots,
    usual_places,
)
from pipeline.discover.feeds import NotAFeed, parse_feed
from pipeline.discover.sitemaps import MAX_BYTES, NotASitemap, parse_sitemap
from pipeline.outcome import Reason, Rejected, Retry
from pipeline.records import OF_DISCOVERY, Link
from pipeline.urls import Url, identity, url_id
from workers.fetch.records import FetchOptions, Response
from workers.fetch.robots import crawl_delay
from workers.resources import Resources

ACCEPT_ANYTHING = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

MOST_FETCHED = 40
"""Addresses that one discovery asks for."""

_NEWS_CHILDREN = 3
_FOR_SITEMAPS = 12
_NOTICED = 3.0  # seconds between two requests that a person who waits should know of
_COMPARED = 500  # entries by which two documents are compared


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found, the best first, and why the address itself could not be read, if so.

    ``unreachable``: nobody answers at the address just now. ``insecure``: https did not answer, and
    http did.
    """

    found: tuple[FoundSource, ...] = ()
    failure: str | None = None
    fetched: int = 0
    unreachable: bool = False
    insecure: bool = False


async def discover(
    resources: Resources,
    address: Url,
    *,
    now: datetime,
    say: Callable[[str], None] = lambda _: None,
    network: str | None = None,
) -> Discovery:
    """Look at an address and, unless it is a feed or sitemap itself, at what its site offers.

    Args:
        resources: of this process.
        address: normalised.
        now: the time.
        say: gets each address before it is fetched, and how long its host makes us wait.
        network: the private network that the site is in, as ``Source.network`` has it.
    """
    discovery = await _search(resources, now, say, address, network)
    if address.startswith("https:") and discovery.unreachable:
        http = Url(f"http:{address.removeprefix('https:')}")
        plain = await _search(resources, now, say, http, network)
        return discovery if plain.failure else replace(plain, insecure=True)
    return discovery


async def _search(
    resources: Resources,
    now: datetime,
    say: Callable[[str], None],
    address: Url,
    network: str | None,
) -> Discovery:
    access = private_access(network, address.port) if network else None
    return await _Search(resources, now, say, access).run(address)


def read_announcement(
    response: Response, place: Place, now: datetime, *, most: int
) -> FoundSource | None:
    """The feed or sitemap that a response holds, or None.

    Only a sitemap may have more than ``most`` bytes.
    """
    if len(response.content) <= most:
        with suppress(NotAFeed):
            return _feed(response, place, now)
    try:
        return _sitemap(response, place, now)
    except NotASitemap:
        return None


class _Search:
    """One discovery: what was found, and what was asked for, so far."""

    def __init__(
        self,
        resources: Resources,
        now: datetime,
        say: Callable[[str], None],
        access: PrivateAccess | None,
    ) -> None:
        self._access = access
        self._resources = resources
        self._reader = resources.document_reader
        self._now = now
        self._say = say
        self._most = resources.settings.max_page_bytes
        self._found: list[FoundSource] = []
        self._asked: set[str] = set()
        self._fetched = 0

    async def run(self, address: Url) -> Discovery:
        response = await self._get(address, max_bytes=MAX_BYTES)
        if isinstance(response, Retry):
            return Discovery(failure=response.error, fetched=self._fetched, unreachable=True)
        if isinstance(response, Rejected):
            if response.reason is Reason.BLOCKED_ADDRESS:
                return Discovery(failure=response.detail, fetched=self._fetched)
            return await self._search_site(address, (), response.detail)
        found = await self._read(response, Place.GIVEN)
        if found:
            return Discovery(found=(found,), fetched=self._fetched)
        size = len(response.content)
        if size > self._most:
            failure = f"it has {size} bytes and is no sitemap; {self._most} are allowed"
            return Discovery(failure=failure, fetched=self._fetched)
        named = await self._reader.read_async(_named_in, response)
        return await self._search_site(response.final_url, named, None)

    async def _search_site(
        self, home: Url, named: Iterable[SourceCandidate], failure: str | None
    ) -> Discovery:
        """What a site offers beside the address that was given, which may have failed."""
        await self._find_feeds(home, named)
        await self._find_sitemaps(home)
        best = best_first(self._found, self._now)
        return Discovery(found=best, failure=None if best else failure, fetched=self._fetched)

    async def _find_feeds(self, home: Url, named: Iterable[SourceCandidate]) -> None:
        await self._try(named, leave=_FOR_SITEMAPS)
        for candidate in usual_places(home, USUAL_FEEDS, "feed"):
            if any(found.kind == "feed" for found in self._found):
                break
            await self._try([candidate])

    async def _find_sitemaps(self, home: Url) -> None:
        robots = self._resources.stores.politeness.robots(home.origin)
        await self._try(sitemaps_of_robots(robots.sitemaps if robots else (), home))
        if not any(found.kind == "sitemap" for found in self._found):
            await self._try(usual_places(home, USUAL_SITEMAPS, "sitemap"))
        if not any(found.news for found in self._found):
            await self._try(usual_places(home, USUAL_NEWS_SITEMAPS, "sitemap"))

    async def _try(self, candidates: Iterable[SourceCandidate], *, leave: int = 0) -> None:
        """Fetch candidates and keep those that are what they seemed.

        A page in their place may name more. ``leave`` requests are left for what comes later.
        """
        waiting = deque(candidates)
        while waiting and self._fetched < MOST_FETCHED - leave:
            candidate = waiting.popleft()
            if identity(candidate.url) not in self._asked:
                waiting.extend(await self._try_one(candidate))

    async def _try_one(self, candidate: SourceCandidate) -> list[SourceCandidate]:
        """Fetch a candidate; gives those that were found by it."""
        max_bytes = MAX_BYTES if candidate.kind == "sitemap" else None
        response = await self._get(candidate.url, max_bytes=max_bytes)
        if not isinstance(response, Response):
            return []
        found = await self._read(response, candidate.place)
        if found is None:
            may_list_feeds = candidate.place not in {Place.USUAL, Place.INDEX}
            if candidate.kind == "feed" and may_list_feeds:
                return await self._reader.read_async(_listed_in, response)
            return []
        if is_comments(found.address, found.title):
            return []
        self._found.append(found)
        return [
            SourceCandidate(url=url, kind="sitemap", place=Place.INDEX)
            for url in found.news_children
        ]

    async def _read(self, response: Response, place: Place) -> FoundSource | None:
        return await self._reader.read_async(
            read_announcement, response, place, self._now, most=self._most
        )

    async def _get(self, url: Url, *, max_bytes: int | None) -> Response | Rejected | Retry:
        self._asked.add(identity(url))
        self._fetched += 1
        self._say(url + await self._slowness(url))
        patience = self._resources.registry.poll_patience(OF_DISCOVERY)
        options = FetchOptions(accept=ACCEPT_ANYTHING, max_bytes=max_bytes, patience=patience)
        response = await self._resources.web.get(url, OF_DISCOVERY, options, access=self._access)
        if not isinstance(response, Response):
            return response
        self._asked.add(identity(response.final_url))
        return await self._resources.web.classify(response, self._now) or response

    async def _slowness(self, url: Url) -> str:
        """What to say of a host that makes a person wait."""
        settings, politeness = self._resources.settings, self._resources.stores.politeness
        delay = settings.host_delay
        robots = await anyio.to_thread.run_sync(politeness.robots, url.origin)
        if robots and settings.respect_robots:
            delay = max(delay, crawl_delay(robots, settings.user_agent))
        return f" (its host wants {delay:g} s between two requests)" if delay >= _NOTICED else ""


def _named_in(page: Response) -> tuple[SourceCandidate, ...]:
    content_type = page.headers.get("content-type", "")
    return named_in(page.content, content_type, page.final_url)


def _listed_in(page: Response) -> list[SourceCandidate]:
    """The feeds of a page that lists them ("All our RSS feeds")."""
    named = [one for one in _named_in(page) if one.place is Place.PAGE]
    return [one.model_copy(update={"place": Place.INDEX}) for one in named]


def _feed(response: Response, place: Place, now: datetime) -> FoundSource:
    content_type = response.headers.get("content-type", "")
    feed = parse_feed(
        response.content,
        url=response.final_url,
        source=OF_DISCOVERY,
        now=now,
        content_type=content_type,
    )
    return FoundSource(
        address=_lasting(response),
        kind="feed",
        place=place,
        count=len(feed.links),
        ids=frozenset(url_id(link.url) for link in feed.links[:_COMPARED]),
        title=feed.title,
        newest=max(_dates_of(feed.links), default=None),
    )


def _sitemap(response: Response, place: Place, now: datetime) -> FoundSource:
    sitemap = parse_sitemap(response.content, url=response.final_url, source=OF_DISCOVERY, now=now)
    dates = _dates_of(sitemap.links)
    dates += [child.modified for child in sitemap.children if child.modified]
    listed = [child.url for child in sitemap.children]
    listed += [link.url for link in (*sitemap.links, *sitemap.undated)]
    news_children = [child.url for child in sitemap.children if is_news(child.url)]
    return FoundSource(
        address=_lasting(response),
        kind="sitemap",
        place=place,
        count=len(listed),
        ids=frozenset(url_id(url) for url in listed[:_COMPARED]),
        title=sitemap.publication,
        language=sitemap.language,
        newest=max(dates, default=None),
        news=sitemap.publication is not None,
        news_children=tuple(news_children[:_NEWS_CHILDREN]),
    )


def _dates_of(links: Iterable[Link]) -> list[datetime]:
    """The dates of publication and of change that links have."""
    dates = []
    for link in links:
        dates += [date for date in (link.published, link.modified) if date]
    return dates


def _lasting(response: Response) -> Url:
    return response.final_url if response.moved_permanently else response.url
