"""How a source is doing right now.

Polled without taking links in, and compared with its site when it is silent.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import anyio

from config.sources import Source
from pipeline.crawl.status import classify_status
from pipeline.discover.candidates import (
    USUAL_NEWS_SITEMAPS,
    USUAL_SITEMAPS,
    sitemaps_of_robots,
    usual_places,
)
from pipeline.discover.html import page_tree
from pipeline.discover.sitemaps import NotASitemap
from pipeline.extract.metadata.addresses import same_site
from pipeline.outcome import Rejected, Retry
from pipeline.records import Link
from pipeline.sources.health import Level, Verdict, assess_health
from pipeline.sources.state import SourceState
from pipeline.sources.transitions import usual_origin
from pipeline.urls import Url, resolve, url_id
from pipeline.urls.shape import has_article_path
from workers.fetch.client import FetchOptions, Response
from workers.resources import Resources
from workers.sources.documents import Unreadable, read
from workers.sources.polling import Attempt, ask, known_state, poll_policy_of, take
from workers.sources.sitemap_crawl import fetch_sitemap, look

log = logging.getLogger("newsloom.checking")

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

    def has(self, url: str) -> bool:
        """Whether an address is an article's of this site, by its looks or because others of the source are beside."""
        return same_site(url, self.home) and (has_article_path(url) or _folder(url) in self.folders)


async def check(resources: Resources, source: Source) -> Verdict:
    """Poll a source now, politely and without taking links in, and say how it is.

    What a poll would remember is not kept: the next one must still find the links. But a source
    that was gone and answers again is polled from now on.
    """
    before = await anyio.to_thread.run_sync(known_state, resources, source)
    policy, attempt = (
        poll_policy_of(resources.settings, source),
        Attempt(source, before, resources.clock(), accepts=False),
    )
    answer = await _asked(resources, attempt)
    if isinstance(answer, Retry) and not answer.counts:
        verdict = assess_health(before, resources.clock(), policy)
        return verdict.model_copy(
            update={"sentence": f"{verdict.sentence}; it cannot be asked now: {answer.error}"}
        )
    polled = await take(resources, attempt, answer)
    now = resources.clock()
    state = polled.state.model_copy(
        update={"interval": before.interval, "paced_by": before.paced_by}
    )
    if before.gone and polled.read:
        await anyio.to_thread.run_sync(resources.stores.feeds.poll_now, source.id)
    verdict = assess_health(state, now, policy)
    if verdict.level is Level.SILENT:
        verdict = assess_health(
            state, now, policy, newer_on_site=await _compared(resources, source, state, answer)
        )
    return verdict


async def _asked(resources: Resources, attempt: Attempt) -> Response | Rejected | Retry:
    """As a poll asks, but a person waits: the host's turn may come within a minute."""
    with anyio.move_on_after(MOST_PATIENCE):
        while True:
            answer = await ask(resources, attempt, conditional=False)
            if (
                not isinstance(answer, Retry)
                or answer.counts
                or (answer.after or 0.0) > MOST_PATIENCE
            ):
                return answer
            await anyio.sleep(max(answer.after or 0.0, 1.0))
    return Retry(error=f"its host did not get free within {MOST_PATIENCE:g} s", counts=False)


async def _compared(
    resources: Resources, source: Source, state: SourceState, answer: Response | Rejected | Retry
) -> str | None:
    """As ``newer_on_site``. That a site's pages cannot be read must not cost the verdict on the source."""
    now = resources.clock()
    try:
        return await newer_on_site(
            resources, source, state, await _announced(resources, source, answer, now), now
        )
    except Exception:
        log.exception("%s: its site could not be looked at", source.id)
        return None


async def _announced(
    resources: Resources, source: Source, answer: Response | Rejected | Retry, now: float
) -> Sequence[Link]:
    """What a feed or section page lists, old or new. A sitemap lists years."""
    if source.sitemap or not isinstance(answer, Response):
        return ()
    try:
        return (
            await read(resources, source, SourceState(), answer, datetime.fromtimestamp(now, UTC))
        ).links
    except Unreadable:
        return ()


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
    folders = Counter(folder for link in links if (folder := _folder(link.url)))
    site = _Site(
        source,
        origin=state.site or usual_origin(links) or source.address.origin,
        newest=datetime.fromtimestamp(
            max(state.newest or state.last_new or 0.0, now - _MOST_RECENT), UTC
        ),
        announced=frozenset(url_id(link.url) for link in links),
        folders=frozenset(folder for folder, count in folders.items() if count >= _OWN_FOLDER),
    )
    front = _found(
        resources, await resources.fetch(site.home, source.id, FetchOptions(patience=MOST_PATIENCE))
    )
    if front and same_site(front.final_url, site.home):
        site = replace(site, origin=front.final_url.origin)
    host = site.home.host
    for address in await _sitemaps(resources, site):
        if count := await _newer_in(resources, site, address):
            return f"{host}'s sitemap has {count} newer {_articles(count)}"
    if front and (
        count := await anyio.to_thread.run_sync(_count_new, resources, site, _links(front))
    ):
        return f"{host}'s front page links to {count} {_articles(count)} that the source never announced"
    return None


async def _sitemaps(resources: Resources, site: _Site) -> list[Url]:
    """Those that robots.txt names, else the usual ones."""
    robots = await anyio.to_thread.run_sync(resources.stores.politeness.robots, site.origin)
    named = sitemaps_of_robots(robots.sitemaps if robots else (), site.home)
    usual = usual_places(site.home, [*USUAL_NEWS_SITEMAPS[:2], *USUAL_SITEMAPS[:2]], "sitemap")
    return [each.url for each in named or usual if each.url != site.source.address][:MOST_SITEMAPS]


async def _newer_in(resources: Resources, site: _Site, address: Url) -> int:
    """How many articles of a sitemap are newer than the source's newest entry and were never seen."""
    fetched = await fetch_sitemap(
        resources, address, site.source.id, validators={}, patience=MOST_PATIENCE
    )
    answer = _found(resources, fetched)
    if answer is None:
        return 0
    now = datetime.fromtimestamp(resources.clock(), UTC)
    recent = max((now - site.newest).total_seconds(), 0.0)
    beside = Source(id=site.source.id, sitemap=address, recent=recent)
    try:
        found = await look(resources, beside, answer, SourceState(), now)
    except NotASitemap:
        return 0
    newer = [
        link.url
        for link in found.links
        if (link.published or link.modified or site.newest) > site.newest
    ]
    return await anyio.to_thread.run_sync(_count_new, resources, site, newer)


def _found(resources: Resources, answer: Response | Rejected | Retry) -> Response | None:
    if not isinstance(answer, Response):
        return None
    now = datetime.fromtimestamp(resources.clock(), UTC)
    return None if classify_status(answer.status, None, now) else answer


def _count_new(resources: Resources, site: _Site, urls: Iterable[str]) -> int:
    """How many of the addresses are articles of the site that neither the ledger knows nor the source announces."""
    ids = {url_id(url) for url in urls if site.has(url)} - site.announced
    return resources.stores.ledger.states(sorted(ids)).count(None)


def _folder(url: str) -> str:
    """The path above a page, as in ``/news/articles``; the empty string at a site's root."""
    return (
        url.split("://", 1)[-1].partition("/")[2].partition("?")[0].rstrip("/").rpartition("/")[0]
    )


def _links(page: Response) -> Iterable[str]:
    tree = page_tree(page.content, page.headers.get("content-type", ""))
    anchors = tree.iter("a") if tree is not None else ()
    return [
        address for anchor in anchors if (address := resolve(anchor.get("href"), page.final_url))
    ]


def _articles(count: int) -> str:
    return "article" if count == 1 else "articles"
