"""Entries of URLs that have ended go from Redis to the ledger archive, in bulk."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from config.logging import LogFields
from storage.ledger_archive.archive import ArchivedEntry, LedgerArchive, joined_events
from workers.resources import Resources

log = logging.getLogger("newsloom.ledger")

_AT_ONCE = 500

SECONDS = 1.0
"""Of one call, about: the index stage waits for its end."""


def archive_ended(resources: Resources, *, seconds: float = SECONDS) -> int:
    """Move entries that have ended to the archive, and drop what is too old.

    A kill at any point loses nothing, and any number of processes may do this at once.

    Args:
        resources: the stores and the archive.
        seconds: until no more is begun.

    Returns:
        How many were moved.

    Raises:
        IndexUnavailable: the archive takes nothing; all that is not there stays in Redis.
    """
    ended, archive = resources.stores.ended, resources.ledger_archive
    moved, last, deadline = 0, 0, time.monotonic() + seconds
    while entries := ended.next(_AT_ONCE, after=last):
        kept = archive.put(_whole(archive, entries))
        moved += ended.compact([entry for entry in entries if entry.url_id in kept])
        last = entries[-1].ending
        if time.monotonic() > deadline:
            break
    # After that, since a full Redis takes only what makes room.
    ended.drop(keep=resources.settings.ledger_seconds)
    while not ended.list_earlier() and time.monotonic() < deadline:
        pass
    if moved:
        log.debug("%d ended URLs were archived", moved, extra=LogFields(event="archived"))
    return moved


def _whole(archive: LedgerArchive, entries: Sequence[ArchivedEntry]) -> list[ArchivedEntry]:
    """The entries with the traces of earlier visits that are in the archive."""
    before = archive.get([entry.url_id for entry in entries])
    return [
        replace(entry, events=joined_events(before[entry.url_id].events, entry.events))
        if entry.url_id in before
        else entry
        for entry in entries
    ]
