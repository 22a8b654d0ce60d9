"""How a source is doing right now: polled without taking links in, and compared with its site when it is silent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio

from config.sources import Source
from pipeline.crawl.response import judge_status
from pipeline.discover.candidates import USUAL_NEWS_SITEMAPS, USUAL_SITEMAPS, sitemaps_of_robots, usual_places
from pipeline.discover.health import Level, Verdict, assess
from pipeline.discover.html import page_tree
from pipeline.discover.sitemaps import NotASitemap
from pipeline.discover.state import FeedState
from pipeline.extract.addresses import absolute, same_site
from pipeline.extract.verdicts import has_article_address
from pipeline.outcome import Rejected, Retry
from pipeline.urls import origin_of, url_id
from workers.exploring import fetch_sitemap, look
from workers.fetching import Response
from workers.polling import Attempt, ask, known_state, pace_of, take
from workers.resources import Resources

MOST_SITEMAPS = 4
"""Sitemaps of a silent source's site that are looked at."""

MOST_PATIENCE = 60.0
"""Seconds to wait until a host may be asked."""

_MOST_RECENT = 14 * 86_400.0  # seconds; older articles say nothing of a silence


@dataclass(frozen=True, slots=True)
class _Site:
    """Where to look for what a silent feed has not: its site, and the feed's newest entry."""

    source: Source
    home: str
    newest: datetime


async def check(resources: Resources, source: Source) -> Verdict:
    """Poll a source now, politely and without taking links in, and say how it is.

    What a poll would remember is not kept: the next one must still find the links. But a source that was gone and
    answers again is polled from now on.
    """
    before = await anyio.to_thread.run_sync(known_state, resources, source)
    pace, attempt = pace_of(resources.settings, source), Attempt(source, before, resources.clock(), accepts=False)
    answer = await _asked(resources, attempt)
    if isinstance(answer, Retry) and not answer.counts:
        verdict = assess(before, resources.clock(), pace)
        return verdict.model_copy(update={"sentence": f"{verdict.sentence}; it cannot be asked now: {answer.error}"})
    polled = await take(resources, attempt, answer)
    now = resources.clock()
    state = polled.state.model_copy(update={"interval": before.interval, "paced_by": before.paced_by})
    if before.gone and polled.read:
        await anyio.to_thread.run_sync(resources.stores.feeds.poll_now, source.id)
    verdict = assess(state, now, pace)
    if verdict.level is Level.SILENT:
        site = await newer_on_site(resources, source, state, now)
        verdict = assess(state, now, pace, newer_on_site=site)
    return verdict


async def _asked(resources: Resources, attempt: Attempt) -> Response | Rejected | Retry:
    """As a poll asks, but a person waits: the host's turn may come within a minute."""
    with anyio.move_on_after(MOST_PATIENCE):
        while True:
            answer = await ask(resources, attempt, conditional=False)
            if not isinstance(answer, Retry) or answer.counts or (answer.after or 0.0) > MOST_PATIENCE:
                return answer
            await anyio.sleep(max(answer.after or 0.0, 1.0))
    return Retry(error=f"its host did not get free within {MOST_PATIENCE:g} s", counts=False)


async def newer_on_site(resources: Resources, source: Source, state: FeedState, now: float) -> str | None:
    """What the site of a silent source has that the source has not, in words; None when nothing was found."""
    newest = datetime.fromtimestamp(max(state.newest or state.last_new or 0.0, now - _MOST_RECENT), UTC)
    origin = origin_of(source.address)
    site = _Site(source, f"{origin}/", newest)
    front = _found(resources, await resources.fetch(site.home, source.id))
    robots = await anyio.to_thread.run_sync(resources.stores.politeness.robots, origin)
    named = sitemaps_of_robots(robots.sitemaps if robots else (), site.home)
    usual = usual_places(site.home, [*USUAL_NEWS_SITEMAPS[:2], *USUAL_SITEMAPS[:2]], "sitemap")
    addresses = [each.url for each in named or usual if each.url != source.address][:MOST_SITEMAPS]
    for address in addresses:
        if count := await _newer_in(resources, site, address):
            return f"the site's sitemap has {count} newer {_articles(count)}"
    if front and (count := await anyio.to_thread.run_sync(_unknown_links, resources, front)):
        return f"the site's front page links to {count} {_articles(count)} that the source never announced"
    return None


async def _newer_in(resources: Resources, site: _Site, address: str) -> int:
    """How many pages of a sitemap are newer than the source's newest entry."""
    answer = _found(resources, await fetch_sitemap(resources, address, site.source.id, validators={}))
    if answer is None:
        return 0
    now = datetime.fromtimestamp(resources.clock(), UTC)
    recent = max((now - site.newest).total_seconds(), 0.0)
    beside = Source(id=site.source.id, sitemap=address, recent=recent)
    try:
        found = await look(resources, beside, answer, FeedState(), now)
    except NotASitemap:
        return 0
    return sum((link.published or link.modified or site.newest) > site.newest for link in found.links)


def _found(resources: Resources, answer: Response | Rejected | Retry) -> Response | None:
    if not isinstance(answer, Response):
        return None
    now = datetime.fromtimestamp(resources.clock(), UTC)
    return None if judge_status(answer.status, None, now) else answer


def _unknown_links(resources: Resources, front: Response) -> int:
    """How many links of a front page look like articles of its site and are not in the ledger."""
    links = {url for url in _links(front) if has_article_address(url) and same_site(url, front.final_url)}
    return resources.stores.ledger.states([url_id(url) for url in links]).count(None)


def _links(page: Response) -> Iterable[str]:
    tree = page_tree(page.content, page.headers.get("content-type", ""))
    anchors = tree.iter("a") if tree is not None else ()
    return [address for anchor in anchors if (address := absolute(anchor.get("href"), page.final_url))]


def _articles(count: int) -> str:
    return "article" if count == 1 else "articles"
