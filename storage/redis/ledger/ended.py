"""The way of ended URLs out of Redis: their entries into the archive, a compact record stays.

An entry is in the archive before it is replaced, and is replaced only if it has not changed since,
so that a kill at any point loses nothing and a repeat changes nothing. An entry that cannot be read
stays, and holds up no other.
"""

import logging
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from redis.client import NEVER_DECODE

from pipeline.outcome import OUTCOME, Rejected
from pipeline.urls import UrlId
from storage.ledger_archive.archive import ArchivedEntry
from storage.redis.connection import Clock, Keyspace
from storage.redis.keys import Key
from storage.redis.ledger.compact import compact_record, period_of

log = logging.getLogger("newsloom.ledger")

_TOGETHER = 100
"""Records written by one call of a script, which holds Redis up for some milliseconds."""

_WHOLE_LIST = "done"

_NOTED = 1
"""Redis' answer where there was no note."""

_MOST_REASON = 200
"""Characters of why an entry cannot be read."""


class EndedUrls:
    """Ended URLs on their way. All times are seconds since the epoch."""

    def __init__(self, keyspace: Keyspace, *, clock: Clock = time.time) -> None:
        self._keys = keyspace
        self._clock = clock

    def waiting(self) -> int:
        """How many ended entries are still to be archived."""
        return int(self._keys.client.zcard(self._keys.key(Key.ENDED)))

    def unreadable(self) -> dict[UrlId, str]:
        """Ended entries that cannot be archived, with the reasons, until they can be read."""
        reasons = self._keys.client.hgetall(self._keys.key(Key.UNREADABLE))
        return {UrlId(url_id): reasons[url_id] for url_id in sorted(reasons)}

    def unreadable_count(self) -> int:
        """How many ended entries cannot be archived."""
        return int(self._keys.client.hlen(self._keys.key(Key.UNREADABLE)))

    def next(self, most: int, *, after: int = 0) -> list[ArchivedEntry]:
        """Ended entries that are still to be archived, in the order of their ends.

        One that cannot be read is passed over. It is noted and logged when it is met first.

        Args:
            most: how many, at most; none only when there are no more that can be read.
            after: the ending of the last one that was seen.
        """
        while listed := self._listed(most, after):
            if readable := self._readable(listed):
                return readable
            after = listed[-1][1]
        return []

    def _listed(self, most: int, after: int) -> list[tuple[UrlId, int]]:
        """URL ids and the numbers of their ends."""
        listed = self._keys.client.zrangebyscore(
            self._keys.key(Key.ENDED), f"({after}", "+inf", start=0, num=most, withscores=True
        )
        return [(UrlId(url_id), int(ending)) for url_id, ending in listed]

    def _readable(self, listed: Sequence[tuple[UrlId, int]]) -> list[ArchivedEntry]:
        pipe = self._keys.client.pipeline(transaction=False)
        as_bytes: dict[str, Any] = {NEVER_DECODE: []}
        for url_id, _ in listed:
            pipe.execute_command("HGETALL", self._keys.key(Key.URL, url_id), **as_bytes)
            pipe.execute_command("LRANGE", self._keys.key(Key.TRACE, url_id), 0, -1, **as_bytes)
        read = iter(pipe.execute())
        readable: list[ArchivedEntry] = []
        reasons: dict[UrlId, str] = {}
        for (url_id, ending), fields, events in zip(listed, read, read, strict=True):
            if b"ended_at" not in fields:  # it was reopened since it was listed
                continue
            try:
                readable.append(_archived(url_id, ending, fields, events))
            except (ValueError, KeyError, struct.error) as error:
                reasons[url_id] = _one_line(error)
        self._note_unreadable(reasons)
        return readable

    def _note_unreadable(self, reasons: Mapping[UrlId, str]) -> None:
        """Log those that were not known yet."""
        if not reasons:
            return
        pipe = self._keys.client.pipeline(transaction=False)
        for url_id, reason in reasons.items():
            pipe.hsetnx(self._keys.key(Key.UNREADABLE), url_id, reason)
        # A full Redis refuses the note, and must be relieved of all others.
        answers = pipe.execute(raise_on_error=False)
        for (url_id, reason), answer in zip(reasons.items(), answers, strict=True):
            if answer == _NOTED:
                log.warning(
                    "the ledger entry of %s cannot be read, and stays in Redis: %s",
                    url_id,
                    reason,
                    extra={"event": "unreadable_entry", "url_id": url_id, "reason": reason},
                )

    def compact(self, entries: Sequence[ArchivedEntry]) -> int:
        """Replace entries that the archive has by compact records; how many.

        One that has changed since it was read stays.
        """
        return sum(
            self._run("ledger/compact", some, [_place(entry) for entry in some])
            for some in _portions(entries)
        )

    def restore(self, entries: Sequence[ArchivedEntry]) -> int:
        """Make compact records again of archived entries that the ledger does not know; how many.

        They are counted in the totals again.
        """
        return sum(
            self._run("ledger/restore", some, [_restored(entry) for entry in some])
            for some in _portions(entries)
        )

    def drop(self, *, keep: float, most: int = 500) -> int:
        """Drop the compact records of URLs that ended more than ``keep`` seconds ago.

        By whole periods, ``most`` hashes at once; returns how many hashes were dropped.
        """
        before = period_of(self._clock() - keep)
        return int(self._keys.run("ledger/drop", before=before, most=most))

    def list_earlier(self, most: int = 2_000) -> bool:
        """Find entries that ended under a release which kept no list of them, some at a time.

        Returns:
            Whether all have been found.
        """
        key = self._keys.key(Key.ENDED_SCAN)
        cursor = self._keys.client.get(key) or "0"
        if cursor == _WHOLE_LIST:
            return True
        pattern = self._keys.pattern(Key.URL)
        position, keys = self._keys.client.scan(int(cursor), match=pattern, count=most)
        start = len(self._keys.key(Key.URL, ""))
        ids = [key[start:] for key in keys]
        self._keys.run("ledger/list_ended", now=self._clock(), ids=ids)
        self._keys.client.set(key, position or _WHOLE_LIST)
        return not position

    def _run(
        self, script: str, entries: Sequence[ArchivedEntry], urls: Sequence[Mapping[str, Any]]
    ) -> int:
        records = [compact_record(entry) for entry in entries]
        return int(self._keys.run(script, *records, urls=urls))


def _archived(
    url_id: UrlId, ending: int, fields: Mapping[bytes, bytes], events: Sequence[bytes]
) -> ArchivedEntry:
    """An entry that has ended.

    Raises:
        ValueError, KeyError, struct.error: it cannot be read, or no record can be made of it.
    """
    texts = {name.decode(): value.decode() for name, value in fields.items()}
    outcome = OUTCOME.validate_json(texts["outcome"])
    entry = ArchivedEntry(
        url_id=url_id,
        ending=ending,
        state=texts["state"],
        reason=outcome.reason.value if isinstance(outcome, Rejected) else None,
        ended_at=float(texts["ended_at"]),
        fields=texts,
        events=tuple(event.decode() for event in events),
    )
    # ``compact`` makes it again, of the entries that the archive has taken.
    compact_record(entry)
    return entry


def _one_line(error: Exception) -> str:
    """An error's name and the beginning of its text, which may have line breaks and the entry."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:_MOST_REASON]


def _place(entry: ArchivedEntry) -> dict[str, Any]:
    return {"id": entry.url_id, "ending": entry.ending, "period": period_of(entry.ended_at)}


def _restored(entry: ArchivedEntry) -> dict[str, Any]:
    """What ``ledger/restore.lua`` needs to know beside the record."""
    outcome = {"outcome": entry.fields["outcome"]} if entry.reason else {}
    return {**_place(entry), "state": entry.state, **outcome}


def _portions(entries: Sequence[ArchivedEntry]) -> Iterator[Sequence[ArchivedEntry]]:
    for start in range(0, len(entries), _TOGETHER):
        yield entries[start : start + _TOGETHER]
