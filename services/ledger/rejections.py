"""The URLs that were rejected for a reason."""

from dataclasses import dataclass

from pipeline.outcome import Reason, Rejected
from storage.redis.ledger import Entry, Ledger

MOST_LOOKED_AT = 50_000
"""Entries in Redis that are looked through for one list; some seconds."""


@dataclass(frozen=True, slots=True)
class RejectedUrls:
    """URLs that were rejected for one reason, the last ones first.

    Attributes:
        entries: of the ledger.
        looked_at: how many entries were looked through.
        is_all: whether these are all that the ledger still has.
    """

    entries: tuple[Entry, ...]
    looked_at: int
    is_all: bool


def rejected_urls(ledger: Ledger, reason: Reason, *, limit: int) -> RejectedUrls:
    """Those that the ledger still has, ``limit`` of them at most.

    The archive is asked for them; entries that are not there yet are looked through one after
    another, ``MOST_LOOKED_AT`` of them at most.

    Raises:
        IndexUnavailable: the archive does not answer.
    """
    found: dict[str, Entry] = {}
    looked_at, is_all = 0, True
    for page in ledger.pages_in_redis():
        found |= {entry.url_id: entry for entry in page if _is_rejected(entry, reason)}
        looked_at += len(page)
        if looked_at >= MOST_LOOKED_AT:
            is_all = False
            break
    archived = ledger.rejected(reason.value, limit)
    looked_at += len(archived)
    found |= {entry.url_id: entry for entry in archived}
    newest = sorted(found.values(), key=lambda entry: entry.ended_at or 0.0, reverse=True)
    is_all = is_all and len(archived) < limit and len(found) <= limit
    return RejectedUrls(tuple(newest[:limit]), looked_at, is_all)


def _is_rejected(entry: Entry, reason: Reason) -> bool:
    return isinstance(entry.outcome, Rejected) and entry.outcome.reason is reason
