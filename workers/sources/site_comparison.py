"""What the site of a silent source has that the source has not."""

import logging
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import anyio

from config.logging import LogFields
from config.sources import Source
from pipeline.crawl.status import classify_status
from pipeline.discover.candidates import (
    USUAL_NEWS_SITEMAPS,
    USUAL_SITEMAPS,
    sitemaps_of_robots,
    usual_places,
)
from pipeline.discover.checked import try_ids
from pipeline.discover.html import page_tree
from pipeline.discover.sitemaps import NotASitemap
from pipeline.extract.metadata.addresses import same_site
from pipeline.outcome import Rejected, Retry
from pipeline.records import Link
from pipeline.sources.state import SourceState
from pipeline.sources.transitions import usual_origin
from pipeline.urls import Url, resolve, url_id
from pipeline.urls.shape import has_article_path
from workers.fetch.records import FetchOptions, Response
from workers.resources import Resources
from workers.sources.kinds import fetch, kind_of, read
from workers.sources.poll_result import Unreadable
from workers.sources.sitemaps.crawl import crawl_sitemap

log = logging.getLogger("newsloom.checks")

MOST_SITEMAPS = 4
"""Sitemaps of a silent source's site that are looked at."""

MOST_PATIENCE = 60.0
"""Seconds to wait until a host may be asked."""

_MOST_RECENT = 14 * 86_400.0  # seconds; older articles say nothing of a silence
_OWN_FOLDER = 3  # entries of the source under one path that tell where its site keeps articles


@dataclass(frozen=True, slots=True)
class _Site:
    """Where to look for what a silent source has not.

    Attributes:
        source: the silent one.
        origin: of its site.
        newest: the source's newest entry.
        announced: the ids of what it announces now.
        folders: under which it has its articles.
    """

    source: Source
    origin: Url
    newest: datetime
    announced: frozenset[str]
    folders: frozenset[str]

    @property
    def home(self) -> Url:
        return Url(f"{self.origin}/")

    def has(self, url: Url) -> bool:
        """Whether a URL is an article's of this site.

        By its looks, or because others of the source are beside it.
        """
        if not same_site(url, self.home):
            return False
        return has_article_path(url) or _folder(url) in self.folders


async def compare_with_site(
    resources: Resources, source: Source, state: SourceState, response: Response | Rejected | Retry
) -> str | None:
    """As ``newer_on_site``, of a source that has just answered.

    That a site's pages cannot be read must not cost the statement on the source.
    """
    now = resources.clock()
    try:
        links = await _announced(resources, source, response, now)
        return await newer_on_site(resources, source, state, links, now)
    except Exception:
        log.exception(
            "%s: its site could not be looked at",
            source.id,
            extra=LogFields(event="site_not_read", source=source.id, url=source.address),
        )
        return None


async def _announced(
    resources: Resources, source: Source, response: Response | Rejected | Retry, now: float
) -> Sequence[Link]:
    """What a document lists, old or new; nothing where it lists years."""
    if kind_of(source).lists_years or not isinstance(response, Response):
        return ()
    moment = datetime.fromtimestamp(now, UTC)
    try:
        result = await read(resources, source, SourceState(), response, moment)
    except Unreadable:
        return ()
    return result.links


async def newer_on_site(
    resources: Resources, source: Source, state: SourceState, links: Sequence[Link], now: float
) -> str | None:
    """What the site of a silent source has that the source has not, in words.

    None when nothing was found.

    Args:
        resources: of this process.
        source: the silent one.
        state: what is known of it.
        links: what it announces now.
        now: seconds since the epoch.
    """
    site = _site_of(source, state, links, now)
    options = FetchOptions(patience=MOST_PATIENCE)
    front = _found(resources, await resources.web.get(site.home, source.id, options))
    if front and same_site(front.final_url, site.home):
        site = replace(site, origin=front.final_url.origin)
    host = site.home.host
    for address in await _sitemaps(resources, site):
        count = await _newer_in(resources, site, address)
        if count:
            return f"{host}'s sitemap has {count} newer {_articles(count)}"
    if front is None:
        return None
    urls = await resources.document_reader.read_async(_urls_in, front)
    count = await anyio.to_thread.run_sync(_count_new, resources, site, urls)
    if not count:
        return None
    articles = f"{count} {_articles(count)}"
    return f"{host}'s front page links to {articles} that the source never announced"


def _site_of(source: Source, state: SourceState, links: Sequence[Link], now: float) -> _Site:
    last_news = state.newest or state.last_new or 0.0
    folders = Counter(folder for link in links if (folder := _folder(link.url)))
    return _Site(
        source,
        origin=state.site or usual_origin(links) or source.address.origin,
        newest=datetime.fromtimestamp(max(last_news, now - _MOST_RECENT), UTC),
        announced=frozenset(url_id(link.url) for link in links),
        folders=frozenset(folder for folder, count in folders.items() if count >= _OWN_FOLDER),
    )


async def _sitemaps(resources: Resources, site: _Site) -> list[Url]:
    """Those that robots.txt names, else the usual ones."""
    robots = await anyio.to_thread.run_sync(resources.stores.politeness.robots, site.origin)
    named = sitemaps_of_robots(robots.sitemaps if robots else (), site.home)
    usual = usual_places(site.home, [*USUAL_NEWS_SITEMAPS[:2], *USUAL_SITEMAPS[:2]], "sitemap")
    urls = [each.url for each in named or usual if each.url != site.source.address]
    return urls[:MOST_SITEMAPS]


async def _newer_in(resources: Resources, site: _Site, address: Url) -> int:
    """How many articles of a sitemap are new: after the source's newest entry, never seen."""
    now = datetime.fromtimestamp(resources.clock(), UTC)
    recent = max((now - site.newest).total_seconds(), 0.0)
    beside = Source(id=site.source.id, sitemap=address, recent=recent)
    fetched = await fetch(resources, beside, address, validators={}, patience=MOST_PATIENCE)
    response = _found(resources, fetched)
    if response is None:
        return 0
    try:
        found = await crawl_sitemap(
            resources, beside, SourceState(), response, now, most=sys.maxsize
        )
    except NotASitemap:
        return 0
    newer = [
        link.url
        for link in found.links
        if (link.published or link.modified or site.newest) > site.newest
    ]
    return await anyio.to_thread.run_sync(_count_new, resources, site, newer)


def _found(resources: Resources, response: Response | Rejected | Retry) -> Response | None:
    if not isinstance(response, Response):
        return None
    now = datetime.fromtimestamp(resources.clock(), UTC)
    return None if classify_status(response.status, None, now) else response


def _count_new(resources: Resources, site: _Site, urls: Iterable[Url]) -> int:
    """How many of the URLs are articles that neither the ledger knows nor the source announces."""
    ids = {url_id(url) for url in urls if site.has(url)} - site.announced
    return resources.stores.ledger.states(sorted(ids)).count(None)


def _folder(url: Url) -> str:
    """The path above a page, as in ``news/articles``; the empty string at a site's root."""
    return url.path.strip("/").rpartition("/")[0]


def _urls_in(page: Response) -> list[Url]:
    tree = page_tree(page.content, page.headers.get("content-type", ""))
    if tree is None:
        return []
    found = [resolve(anchor.get("href"), page.final_url) for anchor in tree.iter("a")]
    urls = [url for url in found if url]
    try_ids(urls)
    return urls


def _articles(count: int) -> str:
    return "article" if count == 1 else "articles"
