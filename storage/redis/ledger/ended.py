"""The way of ended URLs out of Redis: their entries into the archive, a compact record stays.

An entry is in the archive before it is replaced, and is replaced only if it has not changed since,
so that a kill at any point loses nothing and a repeat changes nothing.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.outcome import OUTCOME, Rejected
from pipeline.urls import UrlId
from storage.ledger_archive.archive import ArchivedEntry
from storage.redis.connection import Clock, Keyspace
from storage.redis.keys import Key
from storage.redis.ledger.compact import compact_record, period_of

_TOGETHER = 100
"""Records written by one call of a script, which holds Redis up for some milliseconds."""

_WHOLE_LIST = "done"


class EndedUrls:
    """Ended URLs on their way. All times are seconds since the epoch."""

    def __init__(self, keyspace: Keyspace, *, clock: Clock = time.time) -> None:
        self._keys = keyspace
        self._clock = clock

    def waiting(self) -> int:
        """How many ended entries are still to be archived."""
        return int(self._keys.client.zcard(self._keys.key(Key.ENDED)))

    def next(self, most: int, *, after: int = 0) -> list[ArchivedEntry]:
        """Ended entries that are still to be archived, in the order of their ends.

        Args:
            most: how many.
            after: the ending of the last one that was seen.
        """
        listed = self._keys.client.zrangebyscore(
            self._keys.key(Key.ENDED), f"({after}", "+inf", start=0, num=most, withscores=True
        )
        pipe = self._keys.client.pipeline(transaction=False)
        for url_id, _ in listed:
            pipe.hgetall(self._keys.key(Key.URL, url_id))
            pipe.lrange(self._keys.key(Key.TRACE, url_id), 0, -1)
        read = iter(pipe.execute())
        return [
            _archived(UrlId(url_id), int(ending), fields, events)
            for (url_id, ending), fields, events in zip(listed, read, read, strict=True)
            if "ended_at" in fields  # else it was reopened since it was listed
        ]

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
    url_id: UrlId, ending: int, fields: Mapping[str, str], events: Sequence[str]
) -> ArchivedEntry:
    outcome = OUTCOME.validate_json(fields["outcome"])
    return ArchivedEntry(
        url_id=url_id,
        ending=ending,
        state=fields["state"],
        reason=outcome.reason.value if isinstance(outcome, Rejected) else None,
        ended_at=float(fields["ended_at"]),
        fields=fields,
        events=tuple(events),
    )


def _place(entry: ArchivedEntry) -> dict[str, Any]:
    return {"id": entry.url_id, "ending": entry.ending, "period": period_of(entry.ended_at)}


def _restored(entry: ArchivedEntry) -> dict[str, Any]:
    """What ``ledger/restore.lua`` needs to know beside the record."""
    outcome = {"outcome": entry.fields["outcome"]} if entry.reason else {}
    return {**_place(entry), "state": entry.state, **outcome}


def _portions(entries: Sequence[ArchivedEntry]) -> Iterator[Sequence[ArchivedEntry]]:
    for start in range(0, len(entries), _TOGETHER):
        yield entries[start : start + _TOGETHER]
