"""A host's delay and concurrency, kept at the moment of the fetch and across all workers."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4
from weakref import WeakValueDictionary

import anyio

from pipeline.crawl.robots import Robots
from storage.redis.connection import Clock, Keyspace


class HostBusy(Exception):  # noqa: N818 - named after the state; ``seconds`` says when to come back
    """No slot at this host within the patience."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} may be asked again in {seconds:.1f} s")
        self.host = host
        self.seconds = seconds


class Politeness:
    """Fetch slots and cached robots.txt by host."""

    def __init__(self, keyspace: Keyspace, *, clock: Clock = time.time) -> None:
        self._keys = keyspace
        self._clock = clock
        self._here: WeakValueDictionary[str, anyio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def slot(
        self, host: str, *, delay: float, concurrency: int, patience: float, hold: float
    ) -> AsyncIterator[None]:
        """Wait for the host's turn, then hold one of its slots. All arguments in seconds, but the concurrency.

        Raises:
            HostBusy: the turn does not come within ``patience``.
        """
        give_up = self._clock() + patience
        async with self._queue_here(host, concurrency, patience):
            token, start = await self._take(host, delay, concurrency, give_up, hold)
            try:
                await anyio.sleep(max(0.0, start - self._clock()))
                yield
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(self._keys.client.zrem, self._keys.key("slots", host), token)

    @asynccontextmanager
    async def _queue_here(self, host: str, concurrency: int, patience: float) -> AsyncIterator[None]:
        """Those of this process wait here: no more of them ask Redis than could be let in."""
        waiting = self._here.setdefault(host, anyio.Semaphore(concurrency))
        try:
            with anyio.fail_after(patience):
                await waiting.acquire()
        except TimeoutError:
            raise HostBusy(host, patience) from None
        try:
            yield
        finally:
            waiting.release()

    async def _take(self, host: str, delay: float, concurrency: int, give_up: float, hold: float) -> tuple[str, float]:
        """A slot's token and the moment at which the request may start."""
        token = uuid4().hex
        while True:
            now = self._clock()
            word, at = await anyio.to_thread.run_sync(
                self._keys.run, "slot", host, now, token, delay, concurrency, hold
            )
            if word == "start":
                return token, float(at)
            if float(at) > give_up:
                raise HostBusy(host, float(at) - now)
            await anyio.sleep(max(0.0, float(at) - now))

    def pause(self, host: str, seconds: float) -> None:
        """Let nobody start a request at the host for so long, or longer where a longer pause was set before."""
        key, until = self._keys.key("next", host), self._clock() + seconds
        if until > float(self._keys.client.get(key) or 0):
            self._keys.client.set(key, until, px=int(seconds * 1000) + 1000)

    def robots(self, origin: str) -> Robots | None:
        """The cached robots.txt of an origin (``https://host``)."""
        text = self._keys.client.get(self._keys.key("robots", origin))
        return Robots.model_validate_json(text) if text else None

    def keep_robots(self, origin: str, robots: Robots, *, seconds: float) -> None:
        """Cache a robots.txt for so long (RFC 9309 §2.4: at most 24 hours)."""
        self._keys.client.set(self._keys.key("robots", origin), robots.model_dump_json(), ex=int(seconds))
