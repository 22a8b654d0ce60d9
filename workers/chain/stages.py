"""The five stages over a batch.

Each gives one result per item; one bad page never fails another.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import anyio
import redis

from config.sources_file import SourcesError
from pipeline.base import Record
from pipeline.crawl.status import classify_content
from pipeline.deduplicate import fingerprint
from pipeline.enrich import enrich
from pipeline.extract import extract
from pipeline.outcome import Dead, Duplicate, Indexed, Reason, Rejected, Retry, Terminal
from pipeline.overrides import Overrides
from pipeline.records import Article, CopyOf, EnrichedArticle, FoundBy, Link, Page
from pipeline.urls import Url, UrlId
from storage.index import (
    DocumentPostponed,
    DocumentRefused,
    IndexIncompatible,
    IndexUnavailable,
    Verdict,
)
from storage.redis.connection import StoreUnavailable
from storage.redis.health.counters import Counted
from workers.chain.messages import Item, LeasedLink, MatchedArticle, WaitsForIndex
from workers.chain.outbox import enqueue_changes, flush
from workers.chain.waiting import note_index_fault, note_index_works
from workers.fetch.errors import unexpected, unusable_source
from workers.fetch.records import FetchOptions, Response
from workers.plugins.notifying import note
from workers.processes.isolation import OverLimit
from workers.resources import Resources

P = TypeVar("P", bound=Record)
Q = TypeVar("Q", bound=Record)

POSTPONED_DELAY = 300.0
"""Seconds until an article is tried again that the index postpones while it takes others."""

WAITED_TOO_LONG = "the imported page waited longer than pages are kept; import its file again"


def crawl(
    resources: Resources, items: Sequence[Item[LeasedLink]]
) -> list[LeasedLink | Terminal | Retry]:
    """Fetch the pages of a batch side by side and put them into the page store."""
    return resources.loop.run(_crawl_all(resources, items))


async def _crawl_all(
    resources: Resources, items: Sequence[Item[LeasedLink]]
) -> list[LeasedLink | Terminal | Retry]:
    results: list[LeasedLink | Terminal | Retry] = [Retry(error="not fetched")] * len(items)
    # Fetched in an earlier attempt that failed later on: the site need not be asked again.
    there = await anyio.to_thread.run_sync(
        resources.stores.pages.waiting, [item.url_id for item in items]
    )

    async def one(at: int, item: Item[LeasedLink]) -> None:
        try:
            if item.url_id in there:
                results[at] = item.payload
            else:
                results[at] = await _crawl_one(resources, item)
            resources.progress.mark("crawl")
        except (StoreUnavailable, redis.RedisError) as error:
            results[at] = Retry(error=f"Redis failed: {error}", counts=False)
        except Exception as error:  # noqa: BLE001 - a neighbour must not suffer
            results[at] = Retry(error=unexpected(error))

    async with anyio.create_task_group() as group:
        for at, item in enumerate(items):
            group.start_soon(one, at, item)
    return results


async def _crawl_one(resources: Resources, item: Item[LeasedLink]) -> LeasedLink | Terminal | Retry:
    pages, link = resources.stores.pages, item.payload.link
    if link.is_import:
        there = await anyio.to_thread.run_sync(pages.admit, item.url_id)
        return item.payload if there else Dead(error=WAITED_TOO_LONG)
    response = await resources.web.get(
        link.url, link.source, FetchOptions(record=resources.archive is not None)
    )
    if not isinstance(response, Response):
        return response
    now = datetime.now(UTC)
    outcome = await resources.web.classify(response, now)
    if isinstance(outcome, Retry) and outcome.host_wide:
        # It may be the host behind a redirect that asks for a pause.
        is_own_host = response.final_url.host == link.url.host
        return outcome.model_copy(update={"host_wide": is_own_host})
    if outcome is None:
        content_type = response.headers.get("content-type", "")
        outcome = classify_content(content_type, response.content)
    if outcome is not None:
        return outcome
    await resources.page_batcher.send((item.url_id, _page(response, now)))
    await resources.web.archive(response)
    return item.payload


def _page(response: Response, now: datetime) -> Page:
    return Page(
        url=response.url,
        final_url=response.final_url,
        status=response.status,
        content_type=response.headers.get("content-type", ""),
        content=response.content,
        fetched_at=now,
    )


def extract_articles(
    resources: Resources, items: Sequence[Item[LeasedLink]]
) -> list[Article | Terminal | Retry]:
    """Pages to articles."""
    return extract_pages(resources, items, resources.stores.pages.get)


def extract_pages(
    resources: Resources,
    items: Sequence[Item[LeasedLink]],
    page_of: Callable[[UrlId], Page | None],
) -> list[Article | Terminal | Retry]:
    """Pages that ``page_of`` has by URL id to articles.

    After half of the task's time the other pages go into another batch, so that no number of bad
    ones uses it up.
    """
    until = time.monotonic() + resources.settings.task_seconds / 2

    def one(item: Item[LeasedLink]) -> Article | Rejected | Retry:
        if time.monotonic() > until:
            return Retry(error="other pages of its batch took the time", counts=False)
        link = item.payload.link
        try:
            source = resources.registry.get(link.source)
        except SourcesError as error:
            return unusable_source(error)
        page = page_of(item.url_id)
        if page is None:
            return Retry(error="the page's time in the page store was over")
        overrides = source.extract if source else Overrides()
        return _read_page(resources, page, item.payload, overrides)

    return _each(resources.progress.along("extract", items), one)


def _read_page(
    resources: Resources, page: Page, leased: LeasedLink, overrides: Overrides
) -> Article | Rejected | Retry:
    """A page that goes beyond the limits is rejected at once: it would do so each time."""
    try:
        return resources.page_reader.read(
            extract, page, link=leased.link, first_seen=leased.found_at, overrides=overrides
        )
    except OverLimit as error:
        return Rejected(reason=Reason.TOO_COSTLY, detail=str(error))


def deduplicate(
    resources: Resources, items: Sequence[Item[Article]]
) -> list[MatchedArticle | Terminal | Retry]:
    """Articles to originals, marked copies, and duplicates."""

    def one(item: Item[Article]) -> MatchedArticle | Duplicate:
        article = item.payload
        printed = fingerprint(article.body, title=article.title, agency=article.agency)
        found = resources.stores.fingerprints.claim(item.url_id, article, printed)
        if isinstance(found, Duplicate):
            return found
        return MatchedArticle(article=article, copy_of=found if isinstance(found, CopyOf) else None)

    return _each(resources.progress.along("deduplicate", items), one)


def enrich_articles(
    resources: Resources, items: Sequence[Item[MatchedArticle]]
) -> list[EnrichedArticle | Terminal | Retry]:
    """Articles with language, keywords, summary, length, and what enrichers of others add."""
    moving = resources.progress.along("enrich", items)
    extend = resources.enrichers.for_batch()
    return _each(moving, lambda item: extend(enrich(item.payload.article, item.payload.copy_of)))


def index(
    resources: Resources, items: Sequence[Item[EnrichedArticle]]
) -> list[Terminal | Retry | WaitsForIndex]:
    """Write a batch to the index with one bulk request.

    ``indexed`` only on an item's own success. Items wait for the index only while it takes no
    article at all; single ones that it postpones go back to the frontier.
    """
    articles = [item.payload for item in items]
    if resources.index_breaker.open:
        return [WaitsForIndex(error="the index was not available a moment ago")] * len(items)
    try:
        outcomes = resources.index.put(articles)
        note(resources, articles, outcomes)
        enqueue_changes(resources, articles, outcomes)
        flush(resources)
        note_index_works(resources)
    except (IndexUnavailable, IndexIncompatible) as error:
        resources.index_breaker.failed()
        resources.tally.add(Counted.INDEX_ERRORS, "unavailable")
        note_index_fault(resources, str(error))
        return [WaitsForIndex(error=f"the index is not available: {error}")] * len(items)
    return [
        _ended(resources, article, outcome)
        for article, outcome in zip(articles, outcomes, strict=True)
    ]


def _ended(resources: Resources, article: EnrichedArticle, outcome: Verdict) -> Terminal | Retry:
    if isinstance(outcome, DocumentRefused):
        resources.tally.add(Counted.INDEX_ERRORS, "refused")
        return Retry(error=f"the index refuses it: {outcome.error}")
    if isinstance(outcome, DocumentPostponed):
        # Among those that wait for the index, it would leave no room for what the index takes.
        resources.tally.add(Counted.INDEX_ERRORS, "postponed")
        error = f"the index could not take it now: {outcome.error}"
        return Retry(error=error, counts=False, after=POSTPONED_DELAY)
    copy_of = article.duplicate_of.article if article.duplicate_of else None
    return Indexed(article=article.id, copy_of=copy_of)


def warm_up() -> None:
    """Load what extraction and enrichment load at their first use.

    Parsers, tables, the names of months, the language model.
    """
    now, url = datetime.now(UTC), Url("http://warm-up.invalid/news/1")
    text = (
        "The harbour council met on Tuesday and agreed on a budget, after a long debate about the"
        " price of bread."
    )
    content = (
        "<html><head><title>A budget</title></head><body>"
        f'<p class="date">3. Oktober 2025</p><p>{text}</p></body></html>'.encode()
    )
    page = Page(
        url=url,
        final_url=url,
        status=200,
        content_type="text/html",
        content=content,
        fetched_at=now,
    )
    extract(page, link=Link(url=url, source="none", found_by=FoundBy.COMMAND), first_seen=now)
    names = dict.fromkeys(("id", "url", "canonical_url", "source", "host", "title"), "warm-up")
    article = Article.model_validate({**names, "body": text, "first_seen": now, "fetched_at": now})
    fingerprint(article.body, title=article.title)
    enrich(article, None)


def _each(
    items: Iterable[Item[P]], one: Callable[[Item[P]], Q | Terminal | Retry]
) -> list[Q | Terminal | Retry]:
    def guarded(item: Item[P]) -> Q | Terminal | Retry:
        try:
            return one(item)
        except (StoreUnavailable, redis.RedisError) as error:
            # No fault of the page.
            return Retry(error=f"Redis failed: {error}", counts=False)
        except Exception as error:  # noqa: BLE001 - a neighbour must not suffer
            return Retry(error=unexpected(error))

    return [guarded(item) for item in items]
