"""What is known of each source between polls, and which are due."""

import time
from collections.abc import Iterable, Mapping

from pydantic import Field

from pipeline.records import Moment, Record
from storage.redis.connection import Clock, Keyspace

_DIGITS = 12  # of an id: enough that among a hundred thousand no two should share them
_REMEMBERED = 100_000


class ChildState(Record):
    """A sitemap of an index: when the index said that it changed, and its own validators, verbatim."""

    modified: Moment | None = None
    etag: str | None = None
    last_modified: str | None = None


class FeedState(Record):
    """Times are seconds since the epoch. ``etag`` and ``last_modified`` are verbatim, to be sent back as they came.

    ``children`` are the sitemaps of an index that were fetched, by address. All of it holds for ``address`` only.
    """

    address: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    last_poll: float | None = None
    last_success: float | None = None
    last_new: float | None = None
    failures: int = 0
    error: str | None = None
    gone: bool = False
    children: Mapping[str, ChildState] = Field(default_factory=dict)


class Feeds:
    """The sources' states and the calendar of polls."""

    def __init__(self, keyspace: Keyspace, *, clock: Clock = time.time) -> None:
        self._keys = keyspace
        self._clock = clock

    def sync(self, source_ids: list[str]) -> None:
        """Make the calendar hold exactly these sources; new ones are due at once."""
        due = self._keys.key("due")
        known = set(self._keys.client.zrange(due, 0, -1))
        if missing := set(source_ids) - known:
            self._keys.client.zadd(due, dict.fromkeys(missing, self._clock()), nx=True)
        if gone := known - set(source_ids):
            self._keys.client.zrem(due, *gone)

    def claim_due(self, *, most: int = 32, again: float = 60.0) -> list[str]:
        """Sources whose poll is due. Each goes to one caller; unfinished, it is due again after ``again`` seconds."""
        ids: list[str] = self._keys.run("claim_due", self._clock(), most, again)
        return ids

    def state(self, source: str) -> FeedState:
        """What is known of a source; a fresh state when nothing is."""
        text = self._keys.client.hget(self._keys.key("feeds"), source)
        return FeedState.model_validate_json(text) if text else FeedState()

    def record(self, source: str, state: FeedState, *, next_poll: float) -> None:
        """Keep a poll's result and set the next one, unless the source was taken off the calendar meanwhile."""
        pipe = self._keys.client.pipeline()
        pipe.hset(self._keys.key("feeds"), source, state.model_dump_json())
        pipe.zadd(self._keys.key("due"), {source: next_poll}, xx=True)
        pipe.execute()

    def next_poll(self, source: str) -> float | None:
        """When the source is due, or None when it is not on the calendar."""
        score = self._keys.client.zscore(self._keys.key("due"), source)
        return None if score is None else float(score)

    def poll_now(self, source: str) -> None:
        """Make the source due at once."""
        self._keys.client.zadd(self._keys.key("due"), {source: self._clock()})

    def new_undated(self, source: str, ids: Iterable[str]) -> list[str] | None:
        """Which of these URL ids a sitemap announces without a date for the first time; None before its first look."""
        known = self._keys.client.hget(self._keys.key("undated"), source)
        if known is None:
            return None
        seen = set(_pieces(known))
        return [url for url in ids if url[:_DIGITS] not in seen]

    def remember_undated(self, source: str, ids: Iterable[str]) -> None:
        """Remember these as well; of all, the last hundred thousand."""
        key = self._keys.key("undated")
        known = _pieces(self._keys.client.hget(key, source) or "")
        kept = list(dict.fromkeys([*known, *(url[:_DIGITS] for url in ids)]))[-_REMEMBERED:]
        self._keys.client.hset(key, source, "".join(kept))


def _pieces(text: str) -> list[str]:
    return [text[at : at + _DIGITS] for at in range(0, len(text), _DIGITS)]
