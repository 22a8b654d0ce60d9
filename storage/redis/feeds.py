"""What is known of each source between polls, and which are due.

A poll keeps a whole state. Pushes, which come to other processes meanwhile, are a stream beside it, and a state has the
name of the last one that it counts. So neither erases the other, whoever writes last.
"""

import time
from collections.abc import Iterable, Sequence

from pipeline.discover.pushed import MOST_PUSHES, Pushed, counted
from pipeline.discover.state import FeedState
from storage.redis.connection import Clock, Keyspace
from storage.redis.events import Event, append

_DIGITS = 12  # of an id: enough that among a hundred thousand no two should share them
_REMEMBERED = 100_000
_PUSHES_KEPT = 30 * 86_400  # seconds after the last one


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
        return self.states([source])[0]

    def states(self, sources: Sequence[str]) -> list[FeedState]:
        """What is known of each, its pushes counted in."""
        texts = self._keys.client.hmget(self._keys.key("feeds"), sources) if sources else []
        states = [FeedState.model_validate_json(text) if text else FeedState() for text in texts]
        pipe = self._keys.client.pipeline(transaction=False)
        for source, state in zip(sources, states, strict=True):
            pipe.xrange(self._keys.key("pushed", source), min=f"({state.pushed}" if state.pushed else "-")
        return [_with_pushes(state, entries) for state, entries in zip(states, pipe.execute(), strict=True)]

    def pushed(self, source: str, push: Pushed) -> None:
        """Keep what a push brought, to be counted in at the next look."""
        key = self._keys.key("pushed", source)
        pipe = self._keys.client.pipeline()
        pipe.xadd(key, {"push": push.model_dump_json(exclude_defaults=True)}, maxlen=MOST_PUSHES, approximate=True)
        pipe.expire(key, _PUSHES_KEPT)
        pipe.execute()

    def record(self, source: str, state: FeedState, *, next_poll: float, events: Sequence[Event] = ()) -> None:
        """Keep a poll's result, with what is to be told, and set the next one.

        A source that was taken off the calendar meanwhile is not put back.
        """
        pipe = self._keys.client.pipeline()
        for event in events:
            append(pipe, self._keys, event)
        pipe.hset(self._keys.key("feeds"), source, state.model_dump_json(exclude_defaults=True))
        pipe.zadd(self._keys.key("due"), {source: next_poll}, xx=True)
        pipe.execute()

    def next_poll(self, source: str) -> float | None:
        """When the source is due, or None when it is not on the calendar."""
        score = self._keys.client.zscore(self._keys.key("due"), source)
        return None if score is None else float(score)

    def next_due(self) -> float | None:
        """When the next source of all is due, or None when there is none."""
        first = self._keys.client.zrange(self._keys.key("due"), 0, 0, withscores=True)
        return float(first[0][1]) if first else None

    def postpone(self, source: str, until: float) -> None:
        """Put off a poll that could not begin, unless the source was taken off the calendar meanwhile."""
        self._keys.client.zadd(self._keys.key("due"), {source: until}, xx=True)

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


def _with_pushes(state: FeedState, entries: list[tuple[str, dict[str, str]]]) -> FeedState:
    if not entries:
        return state
    pushes = [Pushed.model_validate_json(fields["push"]) for _, fields in entries]
    return counted(state, pushes).model_copy(update={"pushed": entries[-1][0]})


def _pieces(text: str) -> list[str]:
    return [text[at : at + _DIGITS] for at in range(0, len(text), _DIGITS)]
