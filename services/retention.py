"""Lets go of what is old: articles with their versions, the ledger's entries, archived pages."""

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from search.language.relative import ago
from services.errors import InvalidRangeError
from storage.archive.retention import files_before
from storage.redis.ledger.compact import PERIOD_SECONDS
from workers.resources import Resources


@dataclass(frozen=True, slots=True)
class LetGo:
    """What was removed, or would be.

    Attributes:
        before: the beginning of the first month that stays, in UTC.
        articles: first seen before, with their older versions.
        entries: of the ledger archive, of URLs that ended before.
        archive_files: of the archive that hold nothing else.
        archive_bytes: their size.
    """

    before: datetime
    articles: int
    entries: int
    archive_files: int
    archive_bytes: int


def let_go(resources: Resources, older_than: str, *, dry_run: bool) -> LetGo:
    """Remove whole months of articles and of entries, and archived files, older than a duration.

    Args:
        resources: to work with.
        older_than: such as ``18M`` or ``2y``; at least as long as the ledger remembers, and the
            ten days after which it forgets at the latest.
        dry_run: only count.

    Raises:
        InvalidRangeError: the duration cannot be read, or is shorter than the ledger's memory.
        IndexUnavailable: the index does not answer, or cannot be written.
        redis.RedisError: Redis does not answer.
        OSError: an archived file cannot be removed.
    """
    before = _first_kept(resources, older_than)
    articles = _articles(resources, before, dry_run=dry_run)
    entries = resources.ledger_archive.remove_before(before, dry_run=dry_run)
    folder = resources.settings.archive_dir
    files = list(files_before(folder, before)) if folder else []
    size = sum(path.stat().st_size for path in files)
    if not dry_run:
        for path in files:
            path.unlink(missing_ok=True)
    return LetGo(before, articles, entries, len(files), size)


def _articles(resources: Resources, before: datetime, *, dry_run: bool) -> int:
    with closing(resources.open_index()) as index:
        if dry_run:
            return index.remove_before(before, dry_run=True)
        known = resources.stores.index_size.known()
        removed = index.remove_before(before)
        # What was removed on purpose is no loss; one that was noticed before stays noticed.
        if removed and known.noticed is None:
            resources.stores.index_size.settle(index.count())
        return removed


def _first_kept(resources: Resources, older_than: str) -> datetime:
    """The beginning of a month, since that is what Elasticsearch can drop."""
    now = datetime.fromtimestamp(resources.clock(), UTC)
    try:
        moment = ago(older_than, now)
    except OverflowError:
        moment = None
    if moment is None:
        raise InvalidRangeError(f"{older_than} is no duration such as 18M or 2y")
    remembered = timedelta(seconds=resources.settings.ledger_seconds + PERIOD_SECONDS)
    if moment > now - remembered:
        raise InvalidRangeError(
            f"the ledger remembers URLs for up to {remembered.days} days (NEWSLOOM_LEDGER_DAYS, and"
            " ten more), and `newsloom reconcile` would bring back what is removed sooner: name a"
            " longer time"
        )
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
