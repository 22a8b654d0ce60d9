"""Whether the ledger and the index say the same of every article, and what to do where not."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.outcome import Duplicate, Indexed
from pipeline.records import EnrichedArticle, FoundBy, Link
from pipeline.urls import UrlId, url_id
from services.reconciliation.rebuild import rebuild_from_archive
from storage.index import Index
from storage.redis.ledger import IN_FLIGHT, Entry
from workers.resources import Resources

_PAGE = 500
"""Entries or ids compared at once."""

_MOST_DOUBTFUL = 10_000
"""Articles for which the whole ledger is looked through at once."""

_DIGITS = "0123456789abcdef"
"""Of the ids of articles."""


@dataclass(slots=True)
class Reconciliation:
    """How many articles differ, and what was done.

    Attributes:
        entries: of the ledger that have an article, each article once.
        articles: in the index.
        missing: the ledger has them as indexed, and the index does not have them.
        waiting: of those, visited again already, by an earlier call.
        unknown: the index has them, and the ledger has no entry of them though they are no older
            than it remembers.
        ended_otherwise: the index has them, and the ledger says that their URL ended otherwise.
        dead: the index has them, and their URL is a dead letter, which is left as it is; none of
            those that ended otherwise.
        restored: of the missing, made again from archived pages.
        still_missing: of the missing, those that are missing after that.
        visited_again: of these, put into the frontier.
        adopted: of the unknown and of those that ended otherwise, entered as indexed.
    """

    entries: int = 0
    articles: int = 0
    missing: int = 0
    waiting: int = 0
    unknown: int = 0
    ended_otherwise: int = 0
    dead: int = 0
    restored: int = 0
    still_missing: int = 0
    visited_again: int = 0
    adopted: int = 0

    @property
    def remaining(self) -> int:
        """Differences that are still there, also those whose visit has yet to come."""
        in_index_only = self.unknown + self.ended_otherwise - self.adopted
        return self.still_missing + in_index_only


def reconcile(resources: Resources, *, dry_run: bool) -> Reconciliation:
    """Compare both ways, and mend: from archived pages, else by visiting again.

    Both sides are read in pages, and workers may run meanwhile.

    Args:
        resources: the stores, the index, and the archive where there is one.
        dry_run: only compare.

    Raises:
        IndexUnavailable: the index cannot be read or written.
        StoreUnavailable: Redis does not answer.
    """
    index = resources.open_index() if dry_run else resources.index
    found = Reconciliation()
    for compared, missing in _compared(resources, index):
        found.entries += compared
        found.missing += len(missing)
        found.waiting += sum(entry.state in IN_FLIGHT for entry in missing)
    found.still_missing = found.missing
    if not dry_run and found.missing > found.waiting:
        _restore(resources, index, found)
    _compare_index(resources, index, found, dry_run=dry_run)
    if not found.remaining:
        resources.stores.index_size.settle(index.count())
    return found


def _compared(resources: Resources, index: Index) -> Iterator[tuple[int, list[Entry]]]:
    """How many entries have an article, and those whose article is missing, a page at a time."""
    for entries in _entries(resources):
        with_article = {entry.article: entry for entry in entries if _has_article(entry)}
        known = index.known([UrlId(article) for article in with_article if article])
        missing = [entry for article, entry in with_article.items() if article not in known]
        yield len(with_article), missing


def _entries(resources: Resources) -> Iterator[list[Entry]]:
    """All that the ledger remembers, a page at a time."""
    kept = resources.settings.ledger_seconds
    return resources.stores.ledger.pages(ended_within=kept, size=_PAGE)


def _has_article(entry: Entry) -> bool:
    return entry.article is not None and entry.state in ("indexed", *IN_FLIGHT)


def _restore(resources: Resources, index: Index, found: Reconciliation) -> None:
    found.restored = rebuild_from_archive(resources)
    found.still_missing = 0
    for _, missing in _compared(resources, index):
        found.still_missing += len(missing)
        found.visited_again += _visit_again(resources, missing)


def _visit_again(resources: Resources, missing: list[Entry]) -> int:
    """Put into the frontier what is not there already; politeness holds for it as for all."""
    links = [entry.link for entry in missing if entry.state not in IN_FLIGHT]
    resources.stores.frontier.accept([_fetched(link) for link in links], reopen=True, lost=True)
    return len(links)


def _fetched(link: Link) -> Link:
    """The link, to be fetched also where its page came from a file."""
    asked_by = FoundBy.COMMAND if link.is_import else link.asked_by
    return link.model_copy(update={"asked_by": asked_by})


def _compare_index(
    resources: Resources, index: Index, found: Reconciliation, *, dry_run: bool
) -> None:
    doubtful: list[UrlId] = []
    for ids in _ids(index, ""):
        found.articles += len(ids)
        doubtful += _doubtful(resources, index, ids)
        if len(doubtful) >= _MOST_DOUBTFUL:
            _compare_articles(resources, index, doubtful, found, dry_run=dry_run)
            doubtful = []
    _compare_articles(resources, index, doubtful, found, dry_run=dry_run)


def _ids(index: Index, beginning: str) -> Iterator[list[UrlId]]:
    """The ids of all articles that begin so, a page at a time."""
    ids = index.starting_with(beginning, _PAGE + 1)
    if len(ids) <= _PAGE:
        yield ids
        return
    for digit in _DIGITS:
        yield from _ids(index, beginning + digit)


def _doubtful(resources: Resources, index: Index, ids: Sequence[UrlId]) -> list[UrlId]:
    """Those of the articles that the ledger should explain and, asked by id, does not.

    It is asked for the article's own URL, for that by which it came as its fingerprint has it, and
    for that from which it was fetched. An article too old for the ledger needs no entry.
    """
    left = _unexplained(resources, {each: each for each in ids})
    owners = resources.stores.fingerprints.owners(left)
    left = _unexplained(resources, {each: owners.get(each, each) for each in left})
    articles = [article for article in map(index.get, left) if article]
    addresses = [url_id(article.url) for article in articles]
    entries = resources.stores.ledger.entries(addresses)
    return [
        article.id
        for article, entry in zip(articles, entries, strict=True)
        if _is_doubtful(resources, article, entry)
    ]


def _is_doubtful(resources: Resources, article: EnrichedArticle, entry: Entry | None) -> bool:
    if entry is None:
        return _is_remembered(resources, article)
    return not _accounts_for(entry, article.id)


def _unexplained(resources: Resources, urls: Mapping[UrlId, UrlId]) -> list[UrlId]:
    """Those of the articles, by id, that their URL's entry does not explain."""
    entries = resources.stores.ledger.entries(list(urls.values()))
    return [
        article_id
        for article_id, entry in zip(urls, entries, strict=True)
        if not _accounts_for(entry, article_id)
    ]


def _accounts_for(entry: Entry | None, article_id: str) -> bool:
    """Whether a URL's entry explains that there is this article."""
    if entry is None:
        return False
    is_of_another = isinstance(entry.outcome, Duplicate) and entry.outcome.article == article_id
    return entry.state in ("indexed", *IN_FLIGHT) or is_of_another


def _compare_articles(
    resources: Resources,
    index: Index,
    doubtful: list[UrlId],
    found: Reconciliation,
    *,
    dry_run: bool,
) -> None:
    """Of articles whose id is not that of an accepted URL, or of one that ended otherwise."""
    for article_id in sorted(set(doubtful) - _came_by_others(resources, doubtful)):
        article = index.get(article_id)
        entry = resources.stores.ledger.entry(url_id(article.url)) if article else None
        if article is None or _accounts_for(entry, article_id):
            continue
        if entry and entry.state == "dead":
            found.dead += 1
            continue
        if entry:
            found.ended_otherwise += 1
        elif _is_remembered(resources, article):
            found.unknown += 1
        else:
            continue
        if not dry_run:
            found.adopted += _adopt(resources, article, entry)


def _came_by_others(resources: Resources, article_ids: Collection[UrlId]) -> set[UrlId]:
    """Those of the articles that came by an address which led to theirs, such as by a redirect.

    It looks through the whole ledger, for the few whose fingerprint aged out.
    """
    wanted, came = set(article_ids), set[UrlId]()
    if not wanted:
        return came
    for entries in _entries(resources):
        articles = {UrlId(entry.article) for entry in entries if entry.article}
        came |= wanted & articles
    return came


def _is_remembered(resources: Resources, article: EnrichedArticle) -> bool:
    """Whether the article is so new that the ledger should have it."""
    return time.time() - article.fetched_at.timestamp() < resources.settings.ledger_seconds


def _adopt(resources: Resources, article: EnrichedArticle, entry: Entry | None) -> bool:
    copied = article.duplicate_of
    link = Link(url=article.url, source=article.source, found_by=FoundBy.COMMAND)
    return resources.stores.frontier.adopt(
        entry.link if entry else link,
        Indexed(article=article.id, copy_of=copied.article if copied else None),
        found_at=article.first_seen.timestamp(),
    )
