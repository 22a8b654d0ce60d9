"""What a site offers to be polled.

Its feeds and sitemaps, each fetched and read before it is believed in.
"""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import anyio

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
from pipeline.urls import Url, identity, url_id
from workers.fetch.client import FetchOptions, Response
from workers.fetch.politeness import wished_delay
from workers.resources import Resources
from workers.sources.sitemap_crawl import unpacked

ACCEPT_ANYTHING = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

MOST_FETCHED = 40
"""Addresses that one discovery asks for."""

_SOURCE = "discovery"
_NEWS_CHILDREN = 3
_FOR_SITEMAPS = 12
_NOTICED = 3.0  # seconds between two requests of which a person who waits is told
_COMPARED = 500  # entries by which two documents are told apart


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
) -> Discovery:
    """Look at an address and, unless it is a feed or sitemap itself, at what its site offers.

    Args:
        resources: what fetches, with its manners.
        address: normalised.
        now: the time.
        say: told each address before it is fetched, and where its host makes us wait for each of
            them.
    """
    discovery = await _Search(resources, now, say).run(address)
    if address.startswith("https:") and discovery.unreachable:
        plain = await _Search(resources, now, say).run(
            Url(f"http:{address.removeprefix('https:')}")
        )
        return discovery if plain.failure else replace(plain, insecure=True)
    return discovery


def read_announcement(
    answer: Response, place: Place, now: datetime, *, most: int
) -> FoundSource | None:
    """The feed or sitemap that an answer holds, or None.

    Only a sitemap may have more than ``most`` bytes.
    """
    if len(answer.content) <= most:
        with suppress(NotAFeed):
            return _feed(answer, place, now)
    try:
        return _sitemap(answer, place, now)
    except NotASitemap:
        return None


class _Search:
    def __init__(self, resources: Resources, now: datetime, say: Callable[[str], None]) -> None:
        self._resources, self._now, self._say = resources, now, say
        self._most = resources.settings.max_page_bytes
        self._found: list[FoundSource] = []
        self._asked: set[str] = set()
        self._fetched = 0

    async def run(self, address: Url) -> Discovery:
        answer = await self._get(address, max_bytes=MAX_BYTES)
        if not isinstance(answer, Response):
            if isinstance(answer, Retry):
                return Discovery(failure=answer.error, fetched=self._fetched, unreachable=True)
            if answer.reason is Reason.BLOCKED_ADDRESS:
                return Discovery(failure=answer.detail, fetched=self._fetched)
            home, failure = address, answer.detail
            named: tuple[SourceCandidate, ...] = ()
        elif found := read_announcement(answer, Place.GIVEN, self._now, most=self._most):
            return Discovery(found=(found,), fetched=self._fetched)
        elif (size := len(answer.content)) > self._most:
            failure = f"it has {size} bytes and is no sitemap; {self._most} are allowed"
            return Discovery(failure=failure, fetched=self._fetched)
        else:
            home, failure = answer.final_url, None
            named = named_in(answer.content, answer.headers.get("content-type", ""), home)
        await self._feeds(home, named)
        await self._sitemaps(home)
        best = best_first(self._found, self._now)
        return Discovery(found=best, failure=None if best else failure, fetched=self._fetched)

    async def _feeds(self, home: str, named: Iterable[SourceCandidate]) -> None:
        await self._judge(named, leave=_FOR_SITEMAPS)
        for candidate in usual_places(home, USUAL_FEEDS, "feed"):
            if any(found.kind == "feed" for found in self._found):
                break
            await self._judge([candidate])

    async def _sitemaps(self, home: str) -> None:
        robots = self._resources.stores.politeness.robots(Url(home).origin)
        named = sitemaps_of_robots(robots.sitemaps if robots else (), home)
        await self._judge(named)
        if not any(found.kind == "sitemap" for found in self._found):
            await self._judge(usual_places(home, USUAL_SITEMAPS, "sitemap"))
        if not any(found.news for found in self._found):
            await self._judge(usual_places(home, USUAL_NEWS_SITEMAPS, "sitemap"))

    async def _judge(self, candidates: Iterable[SourceCandidate], *, leave: int = 0) -> None:
        """Fetch candidates and keep those that are what they seemed.

        A page in their place may name more.

        ``leave`` requests are left for what comes later.
        """
        waiting = deque(candidates)
        while waiting and self._fetched < MOST_FETCHED - leave:
            candidate = waiting.popleft()
            if identity(candidate.url) in self._asked:
                continue
            answer = await self._get(
                candidate.url, max_bytes=MAX_BYTES if candidate.kind == "sitemap" else None
            )
            if not isinstance(answer, Response):
                continue
            found = read_announcement(answer, candidate.place, self._now, most=self._most)
            if found is None and candidate.kind == "feed" and candidate.place is not Place.USUAL:
                waiting.extend(_listed_in(answer) if candidate.place is not Place.INDEX else ())
            elif found and not is_comments(found.address, found.title):
                self._found.append(found)
                waiting.extend(
                    SourceCandidate(url=url, kind="sitemap", place=Place.INDEX)
                    for url in found.news_children
                )

    async def _get(self, url: Url, *, max_bytes: int | None) -> Response | Rejected | Retry:
        self._asked.add(identity(url))
        self._fetched += 1
        self._say(url + await self._slowness(url))
        patience = self._resources.poll_patience(_SOURCE)
        asking = FetchOptions(accept=ACCEPT_ANYTHING, max_bytes=max_bytes, patience=patience)
        answer = await self._resources.fetch(url, _SOURCE, asking)
        if not isinstance(answer, Response):
            return answer
        self._asked.add(identity(answer.final_url))
        return await self._resources.judge(answer, self._now) or answer

    async def _slowness(self, url: Url) -> str:
        """What to say of a host that makes a person wait."""
        settings, politeness = self._resources.settings, self._resources.stores.politeness
        robots = await anyio.to_thread.run_sync(politeness.robots, Url(url).origin)
        wished = (
            wished_delay(robots, settings.user_agent) if robots and settings.respect_robots else 0.0
        )
        delay = max(wished, settings.host_delay)
        return f" (its host wants {delay:g} s between two requests)" if delay >= _NOTICED else ""


def _listed_in(answer: Response) -> list[SourceCandidate]:
    """The feeds of a page that lists them ("All our RSS feeds")."""
    named = named_in(answer.content, answer.headers.get("content-type", ""), answer.final_url)
    return [
        one.model_copy(update={"place": Place.INDEX}) for one in named if one.place is Place.PAGE
    ]


def _feed(answer: Response, place: Place, now: datetime) -> FoundSource:
    content_type = answer.headers.get("content-type", "")
    feed = parse_feed(
        answer.content, url=answer.final_url, source=_SOURCE, now=now, content_type=content_type
    )
    dates = [date for link in feed.links for date in (link.published, link.modified) if date]
    return FoundSource(
        address=_lasting(answer),
        kind="feed",
        place=place,
        count=len(feed.links),
        ids=frozenset(url_id(link.url) for link in feed.links[:_COMPARED]),
        title=feed.title,
        newest=max(dates, default=None),
    )


def _sitemap(answer: Response, place: Place, now: datetime) -> FoundSource:
    content = unpacked(answer.content)
    sitemap = parse_sitemap(content, url=answer.final_url, source=_SOURCE, now=now)
    dates = [date for link in sitemap.links for date in (link.published, link.modified) if date]
    dates += [child.modified for child in sitemap.children if child.modified]
    listed = [child.url for child in sitemap.children]
    listed += [link.url for link in (*sitemap.links, *sitemap.undated)]
    return FoundSource(
        address=_lasting(answer),
        kind="sitemap",
        place=place,
        count=len(listed),
        ids=frozenset(url_id(url) for url in listed[:_COMPARED]),
        title=sitemap.publication,
        language=sitemap.language,
        newest=max(dates, default=None),
        news=sitemap.publication is not None,
        news_children=tuple(child.url for child in sitemap.children if is_news(child.url))[
            :_NEWS_CHILDREN
        ],
    )


def _lasting(answer: Response) -> Url:
    return answer.final_url if answer.moved_permanently else answer.url
