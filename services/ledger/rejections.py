"""The URLs that were rejected for a reason."""

from dataclasses import dataclass

from pipeline.outcome import Reason, Rejected
from storage.redis.ledger import Entry, Ledger

MOST_LOOKED_AT = 50_000
"""Entries of the ledger that are looked through for one list; some seconds."""


@dataclass(frozen=True, slots=True)
class RejectedUrls:
    """URLs that were rejected for one reason, of those looked at the last ones first.

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

    It looks through the entries one after another, ``MOST_LOOKED_AT`` of them at most.
    """
    found: dict[str, Entry] = {}
    looked_at, is_all = 0, True
    for page in ledger.pages():
        for entry in page:
            if isinstance(entry.outcome, Rejected) and entry.outcome.reason is reason:
                found[entry.url_id] = entry
        looked_at += len(page)
        if len(found) >= limit or looked_at >= MOST_LOOKED_AT:
            is_all = False
            break
    newest = sorted(found.values(), key=lambda entry: entry.ended_at or 0.0, reverse=True)
    return RejectedUrls(tuple(newest[:limit]), looked_at, is_all)
