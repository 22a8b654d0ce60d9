"""Archived pages read again, and compared with the articles that came from them.

Nothing is written and no second index is needed: an article follows from its page, the link that
announced it and the settings of its source, and all three are kept. What depends on other articles,
whether it is a copy, is taken as it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from pipeline.enrich import enrich
from pipeline.outcome import Reason, Rejected
from pipeline.records import Article, EnrichedArticle, Page
from pipeline.urls import UrlId, url_id
from services.reprocessing.archived import archived_pages, item_of
from services.reprocessing.report import Change, Effect, Reprocessing, differing
from storage.documents import cleaned
from storage.redis.ledger import IN_FLIGHT, Entry
from workers.chain import stages
from workers.resources import Resources

_AT_ONCE = 16
"""Pages in memory at once."""

_LATER = timedelta(microseconds=1)
"""What puts a version that is read again behind the one it replaces, and before any later fetch."""

_BY_THE_PAGE = frozenset({Reason.NOT_AN_ARTICLE, Reason.EMPTY, Reason.TOO_COSTLY})
"""Reasons for which a page was refused after it was read."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which archived pages are read again: captured in ``[since, until)``, and of one source."""

    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A change with what it takes to write it.

    Attributes:
        change: what differs.
        entry: of the page's URL.
        article: to be written; None where nothing may be.
    """

    change: Change
    entry: Entry
    article: Article | None


@dataclass(frozen=True, slots=True)
class _Known:
    """An archived page, its URL's entry, and the article in the index that came from it."""

    page: Page
    entry: Entry
    article: EnrichedArticle | None


def compare(resources: Resources, chosen: Chosen, tally: Reprocessing) -> Iterator[Compared]:
    """Every page whose result differs, a few in memory at once.

    Args:
        resources: to read with.
        chosen: which pages.
        tally: counts them.

    Raises:
        IndexUnavailable: the index does not answer.
        StoreUnavailable: Redis does not answer.
    """
    pages = (page for page in archived_pages(resources) if _is_chosen(page, chosen))
    while some := list(islice(pages, _AT_ONCE)):
        known = list(_known(resources, some, chosen, tally))
        tally.pages += len(known)
        yield from _differing(resources, known, tally)


def _is_chosen(page: Page, chosen: Chosen) -> bool:
    if chosen.since and page.fetched_at < chosen.since:
        return False
    return chosen.until is None or page.fetched_at < chosen.until


def _known(
    resources: Resources, pages: Sequence[Page], chosen: Chosen, tally: Reprocessing
) -> Iterator[_Known]:
    """Those of the pages from which what is there came; the last one of each URL."""
    latest = {url_id(page.url): page for page in pages}
    tally.passed_over["superseded"] += len(pages) - len(latest)
    entries = _entries(resources, list(latest))
    for key, page in latest.items():
        entry = entries[key]
        if entry is None:
            tally.passed_over["unknown to the ledger"] += 1
        elif chosen.source in (None, entry.link.source):
            found = _of_entry(resources, page, entry)
            if isinstance(found, _Known):
                yield found
            else:
                tally.passed_over[found] += 1


def _entries(resources: Resources, ids: Sequence[UrlId]) -> dict[UrlId, Entry | None]:
    """The entries of pages; of one that a redirect led to, that of the URL by which it came.

    Fingerprints know the latter, as long as copies are recognised.
    """
    ledger = resources.stores.ledger
    entries = dict(zip(ids, ledger.entries(ids), strict=True))
    owners = resources.stores.fingerprints.owners(
        [key for key, entry in entries.items() if entry is None]
    )
    entries |= zip(owners, ledger.entries(list(owners.values())), strict=True)
    return entries


def _of_entry(resources: Resources, page: Page, entry: Entry) -> _Known | str:
    """What came from a page, or why it is passed over."""
    if entry.state in IN_FLIGHT:
        return "in flight"
    if entry.state == "rejected":
        return _of_rejected(resources, page, entry)
    if entry.state != "indexed" or entry.article is None:
        return f"ended as {entry.state}"
    article = resources.index.get(UrlId(entry.article))
    if article is None:
        return "not in the index"
    if not _came_from(resources, article.fetched_at, page):
        return "superseded"
    # A file has the beginning of the request; what is read may depend on the article's own time.
    asked = {"fetched_at": article.fetched_at, "url": entry.link.url}
    return _Known(page.model_copy(update=asked), entry, article)


def _of_rejected(resources: Resources, page: Page, entry: Entry) -> _Known | str:
    by_the_page = isinstance(entry.outcome, Rejected) and entry.outcome.reason in _BY_THE_PAGE
    if not by_the_page:
        return "ended as rejected"
    ended_after = (entry.ended_at or 0.0) - page.fetched_at.timestamp()
    if ended_after > resources.settings.page_seconds:
        return "superseded"
    return _Known(page, entry, None)


def _came_from(resources: Resources, fetched_at: datetime, page: Page) -> bool:
    """Whether an article came from this capture, and not from one before or after it.

    A capture has the time at which its request began, and an article that at which it had ended.
    """
    passed = (fetched_at - page.fetched_at).total_seconds()
    return -1.0 <= passed <= resources.settings.fetch_timeout


def _differing(
    resources: Resources, known: Sequence[_Known], tally: Reprocessing
) -> Iterator[Compared]:
    pages = {each.entry.url_id: each.page for each in known}
    items = [item_of(each.entry) for each in known]
    extend = resources.enrichers.for_batch()
    for each, result in zip(known, stages.extract_pages(resources, items, pages.get), strict=True):
        if isinstance(result, Article):
            copy_of = each.article.duplicate_of if each.article else None
            compared = _of_article(each, result, cleaned(extend(enrich(result, copy_of))))
        elif isinstance(result, Rejected):
            compared = _of_refusal(each, result)
        else:
            tally.passed_over["not read"] += 1
            continue
        if compared is None:
            tally.same += 1
            continue
        tally.count(compared.change)
        yield compared


def _of_article(known: _Known, article: Article, enriched: EnrichedArticle) -> Compared | None:
    before = known.article.model_dump(mode="json") if known.article else {}
    fields = differing(before, enriched.model_dump(mode="json"))
    if not fields:
        return None
    if known.article is None:
        change = Change(article.id, known.page.final_url, Effect.ADDED, fields)
        return Compared(change, known.entry, article)
    if article.id != known.article.id:
        change = Change(known.article.id, known.page.final_url, Effect.MOVED, fields)
        return Compared(change, known.entry, None)
    change = Change(article.id, known.page.final_url, Effect.CHANGED, fields)
    times = {
        "fetched_at": known.article.fetched_at + _LATER,
        "first_seen": known.article.first_seen,
    }
    return Compared(change, known.entry, article.model_copy(update=times))


def _of_refusal(known: _Known, refused: Rejected) -> Compared | None:
    """A page that was refused before may be so for another reason now; that changes nothing."""
    if known.article is None:
        return None
    verdict = {"verdict": ("indexed", f"{refused.reason.value}: {refused.detail}")}
    change = Change(known.article.id, known.page.final_url, Effect.REFUSED, verdict)
    return Compared(change, known.entry, None)
