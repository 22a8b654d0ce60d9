"""A host's delay and concurrency, kept at the moment of the fetch and across all workers."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from math import ceil
from typing import Literal, NamedTuple
from uuid import uuid4
from weakref import WeakValueDictionary

import anyio

from pipeline.crawl.robots import Robots
from storage.redis.batcher import Batcher
from storage.redis.connection import Clock, Keyspace
from storage.redis.keys import Key

Sleep = Callable[[float], Awaitable[None]]
"""Waits so many seconds by the clock beside it."""


Arrived = Callable[[], Awaitable[None]]
"""To be called when the server's answer begins, so that its request is known to have arrived."""


SHORTEST_PAUSE, LONGEST_PAUSE = 60.0, 3_600.0
"""Seconds for which a host is left alone that asks us to slow down (429, 503) without a time."""


# Seconds: the script writes microseconds, and a clock that a test turns stands still meanwhile.
_ROUNDED = 1e-6

_MOST_AHEAD = 4.0
"""Seconds. ``slot.lua`` gives a slot two seconds ahead at most."""

_ASK_AGAIN = 10.0
"""Seconds after which a longer wait is asked for anew: the clock may have been set back."""


class _Step(NamedTuple):
    """What ``slot.lua`` is to do; seconds and a number of requests."""

    what: Literal["take", "arrived", "give"]
    host: str
    token: str
    delay: float
    concurrency: int
    hold: float


class HostBusy(Exception):  # noqa: N818 - named after the state; ``seconds`` says when to come back
    """No slot at this host within the patience."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} may be asked again in {seconds:.1f} s")
        self.host = host
        self.seconds = seconds


class Politeness:
    """Fetch slots and cached robots.txt by host."""

    def __init__(
        self, keyspace: Keyspace, *, clock: Clock = time.time, sleep: Sleep = anyio.sleep
    ) -> None:
        self._keys = keyspace
        self._clock = clock
        self._sleep = sleep
        self._here: WeakValueDictionary[tuple[str, int], anyio.Semaphore] = WeakValueDictionary()
        self._batcher: Batcher[_Step, list[str]] = Batcher(self._carry, name="slots")

    @asynccontextmanager
    async def slot(
        self, host: str, *, delay: float, concurrency: int, patience: float, hold: float
    ) -> AsyncIterator[Arrived]:
        """Wait for a host slot, then hold it.

        All arguments in seconds, but the concurrency.

        The delay to the next request counts from the call of what is given, else from the end of
        the block.

        Raises:
            HostBusy: no slot comes free within ``patience``.
            StoreUnavailable: Redis does not answer.
        """
        give_up = self._clock() + patience
        given: Awaitable[object] | None = None
        try:
            async with self._queue_here(host, concurrency, patience):
                step, start = await self._take(
                    _Step("take", host, uuid4().hex, delay, concurrency, hold), give_up
                )
                try:
                    if start - self._clock() > _ROUNDED:
                        # More is left only when the clock was set back meanwhile.
                        while _ROUNDED < (left := start - self._clock()) < _MOST_AHEAD:
                            await self._sleep(left)
                        await self._still_welcome(host)
                    yield lambda: self._arrived(step)
                finally:
                    # Before whoever waits here asks for it.
                    given = self._batcher.send(step._replace(what="give"))
        finally:
            if given is not None:
                with anyio.CancelScope(shield=True):
                    await given

    @asynccontextmanager
    async def _queue_here(
        self, host: str, concurrency: int, patience: float
    ) -> AsyncIterator[None]:
        """Those of this process wait here: no more of them ask Redis than could be let in."""
        waiting = self._here.setdefault(
            (host, concurrency), anyio.Semaphore(concurrency, fast_acquire=True)
        )
        try:
            waiting.acquire_nowait()
        except anyio.WouldBlock:
            try:
                with anyio.fail_after(patience):
                    await waiting.acquire()
            except TimeoutError:
                raise HostBusy(host, patience) from None
        try:
            yield
        finally:
            waiting.release()

    async def _take(self, step: _Step, give_up: float) -> tuple[_Step, float]:
        """The slot that was taken and the moment at which the request may start."""
        while True:
            with anyio.CancelScope(shield=True):  # a slot that was taken must be given back
                word, text = await self._batcher.send(step)
            now, at = self._clock(), float(text)
            if word == "start":
                return step, at
            if at > give_up:
                raise HostBusy(step.host, max(0.0, at - now))
            await self._sleep(min(max(0.0, at - now), _ASK_AGAIN))

    async def _still_welcome(self, host: str) -> None:
        """Another one's answer may have asked for a pause since the slot was taken."""
        until = await anyio.to_thread.run_sync(
            self._keys.client.get, self._keys.key(Key.PAUSED, host)
        )
        if until and (left := float(until) - self._clock()) > 0:
            raise HostBusy(host, left)

    async def _arrived(self, step: _Step) -> None:
        if step.delay > 0:
            with anyio.CancelScope(shield=True):
                await self._batcher.send(step._replace(what="arrived"))

    def _carry(self, steps: list[_Step]) -> list[list[str]]:
        answers: list[list[str]] = self._keys.run(
            "politeness/slot", now=self._clock(), steps=[step._asdict() for step in steps]
        )
        return answers

    def pause(self, host: str, seconds: float) -> None:
        """Let no request to the host start for so long.

        A longer pause that was set before stays.
        """
        self._pause(host, seconds)

    def slow_down(self, host: str, asked: float | None) -> float:
        """Pause a host that asked us to slow down; returns for how many seconds it is left alone.

        Args:
            host: as for ``slot``.
            asked: seconds of its Retry-After. Without them it is a minute, and twice as long each
                time that it asks again within an hour of the pause's end, up to an hour. What
                answers at once count as one.
        """
        return self._pause(host, asked or None)

    def _pause(self, host: str, seconds: float | None) -> float:
        return float(
            self._keys.run(
                "politeness/pause",
                now=self._clock(),
                host=host,
                seconds=seconds,
                shortest=SHORTEST_PAUSE,
                longest=LONGEST_PAUSE,
            )
        )

    def robots_last(self, origin: str) -> float:
        """Seconds for which the cached robots.txt of an origin is still kept.

        0 where there is none.
        """
        return max(int(self._keys.client.pttl(self._keys.key(Key.ROBOTS, origin))), 0) / 1000

    def robots(self, origin: str) -> Robots | None:
        """The cached robots.txt of an origin (``https://host``)."""
        text = self._keys.client.get(self._keys.key(Key.ROBOTS, origin))
        return Robots.model_validate_json(text) if text else None

    def keep_robots(self, origin: str, robots: Robots, *, seconds: float) -> None:
        """Cache a robots.txt for so long (RFC 9309 §2.4: at most 24 hours)."""
        self._keys.client.set(
            self._keys.key(Key.ROBOTS, origin), robots.model_dump_json(), px=ceil(seconds * 1000)
        )
