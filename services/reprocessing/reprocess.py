"""Archived pages read again with the extraction of today: rehearsed, then applied."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pipeline.outcome import Indexed, Retry, Terminal
from pipeline.urls import UrlId
from search.language.relative import is_relative, moment
from services.errors import InvalidRangeError, RequestError
from services.reprocessing.archived import going_on, item_of
from services.reprocessing.compare import Chosen, Compared, compare
from services.reprocessing.report import Change, Effect, Reprocessing
from storage.index import IndexUnavailable
from workers.chain import stages
from workers.chain.messages import Item, WaitsForIndex
from workers.resources import Resources

_AT_ONCE = 16


def reprocess(
    resources: Resources,
    chosen: Chosen,
    *,
    apply: bool,
    told: Callable[[Change], None],
) -> Reprocessing:
    """Read archived pages again and tell what differs; write it when that is wanted.

    Written are texts that changed, as a later version, and pages that were refused and are articles
    now. An article that would be refused now, or get another id, stays as it is. To apply twice, or
    after an interruption, is harmless: what is written does not differ any more.

    Args:
        resources: to work with; workers may run meanwhile.
        chosen: which pages.
        apply: write what differs.
        told: called with each change, before it is written.

    Raises:
        RequestError: no archive is configured.
        IndexUnavailable: the index cannot be read or written.
        StoreUnavailable: Redis does not answer.
    """
    if resources.settings.archive_dir is None:
        raise RequestError("no page is archived: NEWSLOOM_ARCHIVE_DIR is not set")
    tally = Reprocessing()
    changes = _told(compare(resources, chosen, tally), told)
    while some := list(islice(changes, _AT_ONCE)):
        if apply:
            _write(resources, some, tally)
    return tally


def chosen_of(
    since: str | None, until: str | None, source: str | None, *, now: datetime | None = None
) -> Chosen:
    """The pages that a person names, with times such as ``2026-11-01`` or ``now-7d``.

    Raises:
        InvalidRangeError: a time cannot be read.
    """
    now = now or datetime.now(UTC)
    return Chosen(_moment(since, now), _moment(until, now), source)


def _moment(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    try:
        found = moment(text, now)[0] if is_relative(text) else datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise InvalidRangeError(f"{text} is no time such as 2026-11-01 or now-7d") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _told(found: Iterator[Compared], told: Callable[[Change], None]) -> Iterator[Compared]:
    for each in found:
        told(each.change)
        yield each


def _write(resources: Resources, found: Sequence[Compared], tally: Reprocessing) -> None:
    """The way of every article from here on: deduplicate, enrich, index, and the ledger."""
    wanted = {each.entry.url_id: each for each in found if each.article}
    tally.not_applied.update(each.change.effect.value for each in found if not each.article)
    items: list[Item[Any]] = [
        item_of(each.entry).model_copy(update={"payload": each.article}) for each in wanted.values()
    ]
    matched = stages.deduplicate(resources, items)
    tally.not_applied.update(each.kind for each in matched if isinstance(each, Terminal | Retry))
    items = going_on(items, matched)
    items = going_on(items, stages.enrich_articles(resources, items))
    if items:
        _index(resources, wanted, items, tally)


def _index(
    resources: Resources,
    wanted: Mapping[UrlId, Compared],
    items: Sequence[Item[Any]],
    tally: Reprocessing,
) -> None:
    for item, outcome in zip(items, stages.index(resources, items), strict=True):
        if isinstance(outcome, WaitsForIndex):
            raise IndexUnavailable(outcome.error)
        if isinstance(outcome, Indexed):
            tally.applied += 1
            _enter(resources, wanted[item.url_id], outcome)
        else:
            tally.not_applied["not taken by the index"] += 1


def _enter(resources: Resources, found: Compared, outcome: Indexed) -> None:
    """The ledger has a changed article as indexed already; one that is new takes that state."""
    if found.change.effect is Effect.ADDED:
        entry = found.entry
        resources.stores.frontier.adopt(entry.link, outcome, found_at=entry.found_at)
