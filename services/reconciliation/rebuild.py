"""Articles made again from archived pages, without asking any site."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from pipeline.outcome import Indexed
from pipeline.records import Page
from pipeline.urls import UrlId, url_id
from services.reprocessing.archived import archived_pages, going_on, item_of
from storage.index import IndexUnavailable
from storage.redis.ledger import Entry
from workers.chain import stages
from workers.chain.messages import Item, WaitsForIndex
from workers.resources import Resources

_AT_ONCE = 32
"""Pages in memory at once."""

Archived = tuple[Entry, Page]


def rebuild_from_archive(resources: Resources) -> int:
    """Index again what the ledger has as indexed and the archive has a page of.

    A page is passed over when the index has the article as it was then, or as it was later. The
    files are read in the order of their names, which is that of their time, so the latest page is
    the one that stays. Versions between are not all restored.

    Returns:
        How many articles were missing and are there again.

    Raises:
        IndexUnavailable: it cannot be written.
    """
    restored = 0
    pages = archived_pages(resources)
    while some := list(islice(pages, _AT_ONCE)):
        wanted = _wanted(resources, some)
        before = resources.index.known([UrlId(entry.article or "") for entry, _ in wanted])
        written = {article for article in _rebuild(resources, wanted) if article not in before}
        restored += len(written)
    return restored


def _wanted(resources: Resources, pages: Sequence[Page]) -> list[Archived]:
    """The last page of each URL that ended as indexed and whose article is missing or older."""
    latest = {url_id(page.url): page for page in pages}
    entries = resources.stores.ledger.entries(list(latest))
    return [
        (entry, latest[entry.url_id])
        for entry in entries
        if entry and _is_wanted(resources, entry, latest[entry.url_id])
    ]


def _is_wanted(resources: Resources, entry: Entry, page: Page) -> bool:
    if entry.state != "indexed" or entry.article is None:
        return False
    there = resources.index.get(UrlId(entry.article))
    # WARC has whole seconds.
    return there is None or (page.fetched_at - there.fetched_at).total_seconds() > 1


def _rebuild(resources: Resources, wanted: Sequence[Archived]) -> set[str]:
    """The ids of the articles that were written.

    The page store is left alone: workers may have a page of the same URL there.
    """
    pages = {entry.url_id: page for entry, page in wanted}
    items: Sequence[Item[Any]] = [item_of(entry) for entry, _ in wanted]
    # What a stage ends is visited again, as if it were not archived.
    items = going_on(items, stages.extract_pages(resources, items, pages.get))
    items = going_on(items, stages.deduplicate(resources, items))
    items = going_on(items, stages.enrich_articles(resources, items))
    outcomes = stages.index(resources, items) if items else []
    for outcome in outcomes:
        if isinstance(outcome, WaitsForIndex):
            raise IndexUnavailable(outcome.error)
    return {outcome.article for outcome in outcomes if isinstance(outcome, Indexed)}
