"""How sources are doing, as a page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from config.sources import Source
from services.coverage.health import SourceStatus

ILL, WAITING, WELL = "ill", "wait", ""
"""The classes of a verdict: each has its own shape beside its colour."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source of the list.

    Attributes:
        source: as the file has it.
        host: of its address.
        mark: the class of its verdict.
        sentence: its health in words.
        push: its WebSub subscription in words; None when it has none.
        last_poll: seconds since the epoch, like the next two; None for never.
    """

    source: Source
    host: str
    mark: str
    sentence: str
    push: str | None = None
    last_poll: float | None = None
    last_new: float | None = None
    next_poll: float | None = None


def source_rows(
    sources: Mapping[str, Source], statuses: Sequence[SourceStatus]
) -> tuple[SourceRow, ...]:
    """The sources, those that need attention first, then by name."""
    by_id = {status.source_id: status for status in statuses}
    rows = [_row(source, by_id.get(source.id)) for source in sources.values()]
    return tuple(sorted(rows, key=_order))


def _order(row: SourceRow) -> tuple[bool, bool, str]:
    return row.mark != ILL, not row.source.enabled, (row.source.name or row.source.id).casefold()


def _row(source: Source, status: SourceStatus | None) -> SourceRow:
    host = urlsplit(source.address).hostname or ""
    if not source.enabled:
        return SourceRow(source, host, WAITING, "paused: it is not asked")
    if status is None:
        return SourceRow(source, host, WAITING, "its state cannot be read now")
    return SourceRow(
        source,
        host,
        ILL if status.verdict.unhealthy else WELL,
        status.verdict.sentence,
        status.push.sentence if status.push else None,
        status.state.last_poll,
        status.state.last_new,
        status.next_poll,
    )
