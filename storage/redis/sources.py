"""What is known of each source between polls, and which are due.

A poll keeps a whole state. Pushes, which come to other processes meanwhile, are a stream beside it,
and a state has the name of the last one that it counts. So neither erases the other, whoever writes
last.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from pipeline.sources.gaps import MOST_GAPS, Gap
from pipeline.sources.pushes import MOST_PUSHES, Pushed, counted
from pipeline.sources.state import SourceState
from storage.redis.connection import Clock, Keyspace
from storage.redis.events import Event, append
from storage.redis.health.counters import NOTHING
from storage.redis.keys import Key

CLAIMED = 60.0
"""Seconds for which a claim holds that is not renewed: whoever had it has died."""

_PUSHES_KEPT = 30 * 86_400  # seconds after the last one


class SourceStates:
    """The sources' states and the calendar of polls."""

    def __init__(self, keyspace: Keyspace, *, clock: Clock = time.time) -> None:
        self._keys = keyspace
        self._clock = clock

    def sync(self, source_ids: list[str], *, keep: Callable[[str], bool] = lambda _: False) -> None:
        """Make the calendar hold exactly these sources; new ones are due at once.

        Args:
            source_ids: the sources.
            keep: whether another source that is on the calendar stays there as it is.
        """
        due = self._keys.key(Key.DUE)
        known = set(self._keys.client.zrange(due, 0, -1))
        if missing := set(source_ids) - known:
            self._keys.client.zadd(due, dict.fromkeys(missing, self._clock()), nx=True)
        gone = [source for source in known - set(source_ids) if not keep(source)]
        if gone:
            self._keys.client.zrem(due, *gone)

    def claim_due(self, *, most: int = 32, again: float = CLAIMED) -> list[str]:
        """Sources whose poll is due and not under way. Each goes to one caller.

        A claim ends with ``record`` or ``postpone``, or after ``again`` seconds unless it is
        renewed; then the source is due again.
        """
        ids: list[str] = self._keys.run(
            "sources/claim_due", now=self._clock(), most=most, again=again
        )
        return ids

    def claim(self, source: str, *, again: float = CLAIMED) -> bool:
        """Claim one source, due or not; False while its poll is under way.

        The claim ends as those of ``claim_due`` do.
        """
        now, polling = self._clock(), self._keys.key(Key.POLLING)
        pipe = self._keys.client.pipeline()
        pipe.zremrangebyscore(polling, "-inf", now)
        pipe.zadd(polling, {source: now + again}, nx=True)
        pipe.zadd(self._keys.key(Key.DUE), {source: now + again}, xx=True, gt=True)
        _, claimed, _ = pipe.execute()
        return bool(claimed)

    def renew_claim(self, source: str, *, again: float = CLAIMED) -> None:
        """The poll of a source is still under way. Does nothing where no claim is left."""
        self._keys.run("sources/renew_claim", source=source, claimed_until=self._clock() + again)

    def state(self, source: str) -> SourceState:
        """What is known of a source; a fresh state when nothing is."""
        return self.states([source])[0]

    def states(self, sources: Sequence[str]) -> list[SourceState]:
        """What is known of each, its pushes counted in."""
        texts = self._keys.client.hmget(self._keys.key(Key.SOURCES), sources) if sources else []
        states = [
            SourceState.model_validate_json(text) if text else SourceState() for text in texts
        ]
        pipe = self._keys.client.pipeline(transaction=False)
        for source, state in zip(sources, states, strict=True):
            pipe.xrange(
                self._keys.key(Key.PUSHED, source), min=f"({state.pushed}" if state.pushed else "-"
            )
        return [
            _with_pushes(state, entries)
            for state, entries in zip(states, pipe.execute(), strict=True)
        ]

    def pushed(self, source: str, push: Pushed) -> None:
        """Keep what a push brought, to be counted in when the state is read next."""
        key = self._keys.key(Key.PUSHED, source)
        pipe = self._keys.client.pipeline()
        pipe.xadd(
            key,
            {"push": push.model_dump_json(exclude_defaults=True)},
            maxlen=MOST_PUSHES,
            approximate=True,
        )
        pipe.expire(key, _PUSHES_KEPT)
        pipe.execute()

    def gaps(self, sources: Sequence[str], *, since: float = -math.inf) -> list[tuple[Gap, ...]]:
        """The last gaps of each source that have ended, in the order in which they did.

        Args:
            sources: their ids.
            since: only gaps that ended after this, in seconds since the epoch.
        """
        pipe = self._keys.client.pipeline(transaction=False)
        for source in sources:
            pipe.lrange(self._keys.key(Key.GAPS, source), 0, -1)
        return [_ended_after(since, texts) for texts in pipe.execute()]

    def record(  # noqa: PLR0913 - all by name
        self,
        source: str,
        state: SourceState,
        *,
        next_poll: float,
        events: Sequence[Event] = (),
        gaps: Sequence[Gap] = (),
        counts: Mapping[str, int] = NOTHING,
    ) -> None:
        """Keep a poll's result, with its events and the gaps that it ended, set the next one.

        The claim ends. ``counts`` are those of a tally.

        A source that was taken off the calendar meanwhile is not put back.
        """
        pipe = self._keys.client.pipeline()
        for event in events:
            append(pipe, self._keys, event)
        if gaps:
            key = self._keys.key(Key.GAPS, source)
            pipe.rpush(key, *(gap.model_dump_json(exclude_none=True) for gap in gaps))
            pipe.ltrim(key, -MOST_GAPS, -1)
        pipe.hset(self._keys.key(Key.SOURCES), source, state.model_dump_json(exclude_defaults=True))
        for field, by in counts.items():
            pipe.hincrby(self._keys.key(Key.COUNTERS), field, by)
        self._set_next(pipe, source, next_poll)
        pipe.execute()

    def next_poll(self, source: str) -> float | None:
        """When the source is due, or None when it is not on the calendar."""
        score = self._keys.client.zscore(self._keys.key(Key.DUE), source)
        return None if score is None else float(score)

    def next_polls(self, sources: Sequence[str]) -> list[float | None]:
        """When each source is due; None for those that are not on the calendar."""
        if not sources:
            return []
        scores: list[float | None] = self._keys.client.zmscore(self._keys.key(Key.DUE), sources)
        return scores

    def next_due(self) -> float | None:
        """When the next source of all is due, or None when there is none."""
        first = self._keys.client.zrange(self._keys.key(Key.DUE), 0, 0, withscores=True)
        return float(first[0][1]) if first else None

    def postpone(self, source: str, until: float) -> None:
        """Put off a poll that could not begin, unless its source was taken off the calendar."""
        pipe = self._keys.client.pipeline()
        self._set_next(pipe, source, until)
        pipe.execute()

    def poll_now(self, source: str) -> None:
        """Make the source due at once."""
        self._keys.client.zadd(self._keys.key(Key.DUE), {source: self._clock()})

    def _set_next(self, pipe: Any, source: str, at: float) -> None:  # noqa: ANN401 - a pipeline
        pipe.zadd(self._keys.key(Key.DUE), {source: at}, xx=True)
        pipe.zrem(self._keys.key(Key.POLLING), source)


def _with_pushes(state: SourceState, entries: list[tuple[str, dict[str, str]]]) -> SourceState:
    if not entries:
        return state
    pushes = [Pushed.model_validate_json(fields["push"]) for _, fields in entries]
    return counted(state, pushes).model_copy(update={"pushed": entries[-1][0]})


def _ended_after(since: float, texts: Sequence[str]) -> tuple[Gap, ...]:
    """The last ones, up to the first from behind that ended before: the others are not read."""
    behind = map(Gap.model_validate_json, reversed(texts))
    found = list(takewhile(lambda gap: gap.end > since, behind))
    return tuple(reversed(found))
