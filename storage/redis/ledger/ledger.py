"""Reads the ledger: what became of every URL, and totals that add up."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from pipeline.discover.announced import RefusedEntry
from pipeline.records import Link
from pipeline.urls import UrlId
from storage.index import IndexUnavailable
from storage.ledger_archive.archive import ArchivedEntry, LedgerArchive, joined_events
from storage.redis.connection import Clock, Keyspace
from storage.redis.keys import Key
from storage.redis.ledger.entry import Entry, entry_of
from storage.redis.ledger.records import CompactRecords
from storage.redis.ledger.refused import MOST_REFUSED, RefusedLinks, refused_id, text_id
from storage.redis.ledger.totals import IN_FLIGHT, TERMINAL, Totals

_TOGETHER = 1_000  # links in one command to Redis
_IN_A_SCRIPT = 250
"""URL ids that a script looks up, which holds Redis up for some milliseconds."""


class Ledger:
    """Reads the states that the frontier's scripts write, and the entries that were archived."""

    def __init__(
        self,
        keyspace: Keyspace,
        open_archive: Callable[[], LedgerArchive],
        *,
        clock: Clock = time.time,
    ) -> None:
        """``open_archive`` is called when an entry is needed that is there."""
        self._keys = keyspace
        self._open_archive = open_archive
        self._clock = clock
        self._compact = CompactRecords(keyspace)

    def totals(self) -> Totals:
        """The running totals, read at one moment."""
        counts: dict[str, str] = self._keys.client.hgetall(self._keys.key(Key.TOTALS))
        return Totals(**{name: int(counts.get(name, 0)) for name in Totals.__slots__})

    def audit(self) -> Totals:
        """Totals counted from the entries and the compact records themselves.

        It reads every one: for checks, not for every second.

        URLs that aged out are missing from it.
        """
        hot = dict(self._states())
        states = Counter(hot.values()) + self._compact.count(but=hot.keys())
        return Totals(
            accepted=states.total(), **{name: states[name] for name in (*TERMINAL, *IN_FLIGHT)}
        )

    def unarchived(self) -> int:
        """How many compact records have no entry in the archive. It reads every one.

        Raises:
            IndexUnavailable: the archive does not answer.
        """
        missing = 0
        for url_ids in self._compact.pages():
            missing += len(set(url_ids) - self._archive.known(url_ids))
        return missing

    def entry(self, url_id: UrlId) -> Entry | None:
        """The entry of a URL id; see ``entries``."""
        return self.entries([url_id])[0]

    def entries(self, url_ids: Sequence[UrlId]) -> list[Entry | None]:
        """The entries of URL ids, from Redis or the archive; None where there is none.

        Raises:
            IndexUnavailable: the archive is needed, and does not answer.
        """
        fields = self._fields(url_ids)
        elsewhere = [url_id for url_id in fields if not fields[url_id]]
        places = self._places(elsewhere)
        archived = self._archived([each for each in elsewhere if isinstance(places[each], str)])
        fields |= {each: place for each, place in places.items() if isinstance(place, dict)}
        fields |= archived
        return [entry_of(url_id, fields[url_id]) for url_id in url_ids]

    def last_links(self, url_ids: Sequence[UrlId]) -> dict[UrlId, Link]:
        """The links of the last visits, by URL id; of those that are known now.

        While the archive does not answer there are none: a source takes its URL back when it
        announces it again.
        """
        try:
            entries = self.entries(url_ids)
        except IndexUnavailable:
            return {}
        return {entry.url_id: entry.link for entry in entries if entry}

    def pages(self, *, ended_within: float, size: int = 500) -> Iterator[list[Entry]]:
        """All entries, about so many at a time. What changes meanwhile may come twice.

        Args:
            ended_within: seconds; what ended earlier is left out where it is in the archive.
            size: entries at a time.

        Raises:
            IndexUnavailable: the archive does not answer.
        """
        yield from self.pages_in_redis(size)
        since = self._clock() - ended_within
        for page in self._archive.pages(size, ended_after=since):
            reopened = self._fields([entry.url_id for entry in page])
            left = [entry for entry in page if not reopened[entry.url_id]]
            yield _entries(left)

    def pages_in_redis(self, size: int = 500) -> Iterator[list[Entry]]:
        """The entries that are not archived yet, about so many at a time."""
        start, cursor = len(self._keys.key(Key.URL, "")), 0
        while True:
            cursor, keys = self._keys.client.scan(
                cursor, match=self._keys.pattern(Key.URL), count=size
            )
            fields = self._fields([UrlId(key[start:]) for key in keys])
            found = (entry_of(url_id, each) for url_id, each in fields.items())
            yield [entry for entry in found if entry]
            if cursor == 0:
                return

    def rejected(self, reason: str, most: int) -> list[Entry]:
        """Archived entries that were rejected for a reason, the last ones first.

        Raises:
            IndexUnavailable: the archive does not answer.
        """
        found = self._archive.rejected(reason, most)
        reopened = self._fields([entry.url_id for entry in found])
        return _entries([entry for entry in found if not reopened[entry.url_id]])

    def states(self, url_ids: Sequence[UrlId]) -> list[str | None]:
        """The states of URL ids, in one round trip or two; None where a URL is not known."""
        pipe = self._keys.client.pipeline(transaction=False)
        for url_id in url_ids:
            pipe.hget(self._keys.key(Key.URL, url_id), "state")
        states = dict(zip(url_ids, pipe.execute(), strict=True))
        for url_id, place in self._places([each for each in states if not states[each]]).items():
            states[url_id] = place["state"] if isinstance(place, dict) else place
        return [states[url_id] for url_id in url_ids]

    def trace(self, url_id: UrlId) -> list[dict[str, Any]]:
        """What happened to a URL id, oldest first.

        ``at`` in seconds, ``event``, and what the event carries.

        Raises:
            IndexUnavailable: the archive is needed, and does not answer.
        """
        # In this order: what is moved between the two is found in the archive.
        lines = self._keys.client.lrange(self._keys.key(Key.TRACE, url_id), 0, -1)
        fields = self._fields([url_id])[url_id]
        if "archived" in fields or not fields:
            archived = self._archive.get([url_id]).get(url_id)
            lines = joined_events(archived.events if archived else (), lines)
        events = [_event(line) for line in lines]
        batch = fields.get("batch")
        return [*events, self._in_flight(batch)] if batch else events

    def _in_flight(self, batch: str) -> dict[str, Any]:
        """The event that a URL is in a batch."""
        stages = self._keys.client.hgetall(self._keys.key(Key.BATCH, batch))
        for flag in ("at_work", "poisoned", "waited", "priority"):
            stages.pop(flag, None)
        times = {name: float(value) for name, value in stages.items()}
        return {"event": "in flight", "batch": batch, "stages": times}

    def dead(self, *, most: int = 100) -> list[Entry]:
        """The dead letters, newest first."""
        ids = self._keys.client.zrevrange(self._keys.key(Key.DEAD), 0, most - 1)
        return [entry for entry in map(self.entry, ids) if entry]

    def drop_dead(self, url_id: UrlId) -> bool:
        """Take a URL off the dead letters. It stays dead, and goes to the archive."""
        return bool(self._keys.run("frontier/drop_dead", id=url_id, now=self._clock()))

    def refuse(
        self, entries: Sequence[RefusedEntry], *, source: str, seconds: float
    ) -> RefusedLinks:
        """Remember links that could not even be accepted (no fetchable URL).

        Each counts once, but only the first ``MOST_REFUSED`` are kept, for ``seconds``: a document
        may have thousands.
        """
        ids = [refused_id(entry, source) for entry in entries]
        kept = entries[:MOST_REFUSED]
        pipe = self._keys.client.pipeline(transaction=False)
        for entry, digest in zip(kept, ids, strict=False):
            note = json.dumps({"url": entry.url, "source": source, "why": entry.detail})
            pipe.set(self._keys.key(Key.REFUSED, digest), note, nx=True, ex=int(seconds))
        for start in (0, *range(MOST_REFUSED, len(ids), _TOGETHER)):
            end = start + _TOGETHER if start else MOST_REFUSED
            pipe.pfadd(self._keys.key(Key.REFUSED_LINKS), *ids[start:end])
        answers = pipe.execute()
        return RefusedLinks(
            kept=[entry for entry, fresh in zip(kept, answers, strict=False) if fresh],
            more=any(answers[len(kept) + 1 :]),
        )

    def refusal(self, url: str) -> str | None:
        """Why a link was refused, and from which source, if it was."""
        note = self._keys.client.get(self._keys.key(Key.REFUSED, text_id(url)))
        if note is None:
            return None
        known = json.loads(note)
        return f"{known['why']} (announced by {known['source']})"

    def refused_count(self) -> int:
        """How many different links were refused so far, to about 1 % (HyperLogLog)."""
        return int(self._keys.client.pfcount(self._keys.key(Key.REFUSED_LINKS)))

    def reasons(self) -> dict[str, int]:
        """How many URLs are rejected by reason, the most frequent first.

        What a release before this one rejected, which did not count it, is under ``earlier``.
        """
        counts = self._keys.client.hgetall(self._keys.key(Key.REASONS))
        found = {reason: int(count) for reason, count in counts.items() if int(count) > 0}
        earlier = self.totals().rejected - sum(found.values())
        if earlier > 0:
            found["earlier"] = earlier
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    @cached_property
    def _archive(self) -> LedgerArchive:
        return self._open_archive()

    def _fields(self, url_ids: Sequence[UrlId]) -> dict[UrlId, dict[str, str]]:
        """The fields of entries in Redis; none of what is not there."""
        pipe = self._keys.client.pipeline(transaction=False)
        for url_id in url_ids:
            pipe.hgetall(self._keys.key(Key.URL, url_id))
        return dict(zip(url_ids, pipe.execute(), strict=True))

    def _places(self, url_ids: Sequence[UrlId]) -> dict[UrlId, dict[str, str] | str | None]:
        """Where URLs are that had no entry in Redis a moment ago.

        The fields of an entry that was reopened since, the state of one in the archive, or None.
        """
        places: dict[UrlId, dict[str, str] | str | None] = {}
        for start in range(0, len(url_ids), _IN_A_SCRIPT):
            some = url_ids[start : start + _IN_A_SCRIPT]
            found = self._keys.run("ledger/find", ids=some)
            places |= {url_id: _place(each) for url_id, each in zip(some, found, strict=True)}
        return places

    def _archived(self, url_ids: Sequence[UrlId]) -> dict[UrlId, dict[str, str]]:
        if not url_ids:
            return {}
        found = self._archive.get(url_ids)
        return {url_id: dict(entry.fields) for url_id, entry in found.items()}

    def _states(self) -> list[tuple[str, str]]:
        # SCAN may repeat.
        keys = list(set(self._keys.client.scan_iter(match=self._keys.pattern(Key.URL), count=1000)))
        pipe = self._keys.client.pipeline(transaction=False)
        for key in keys:
            pipe.hget(key, "state")
        start = len(self._keys.key(Key.URL, ""))
        return [
            (key[start:], state) for key, state in zip(keys, pipe.execute(), strict=True) if state
        ]


def _event(line: str) -> dict[str, Any]:
    """An event of a trace; its link and outcome are JSON in JSON."""
    event: dict[str, Any] = json.loads(line)
    for name in ("link", "outcome"):
        if isinstance(event.get(name), str):
            event[name] = json.loads(event[name])
    return event


def _place(found: list[str] | str | None) -> dict[str, str] | str | None:
    """One answer of ``ledger/find.lua``."""
    if isinstance(found, list):
        return dict(zip(found[::2], found[1::2], strict=True))
    return found


def _entries(archived: Sequence[ArchivedEntry]) -> list[Entry]:
    found = (entry_of(each.url_id, each.fields) for each in archived)
    return [entry for entry in found if entry]
