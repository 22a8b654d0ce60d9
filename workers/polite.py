"""Fetching with manners: robots.txt first, then the host's turn, for each hop."""

import time
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

import anyio

from pipeline.crawl.robots import UNREACHABLE, Robots, from_response
from pipeline.outcome import Fault, Reason, Rejected, Retry
from pipeline.urls import host_of, origin_of
from storage.redis.politeness import HostBusy, Politeness
from workers.connecting import Refused
from workers.fetching import PAGE, Arrived, Asking, Fetcher, Response

LONGEST_CRAWL_DELAY = 60.0
"""Seconds for which a ``Crawl-delay`` is followed at most: some write an hour, and mean that nobody should come."""

_ROBOTS_SECONDS = 86_400.0  # RFC 9309 §2.4
_ROBOTS_IN_PROCESS = 60.0
_ORIGINS_IN_PROCESS = 10_000
_FAILURE_IN_PROCESS = 10.0  # the URLs of a batch that wait behind the one that asked need not ask too
_UNREADABLE = {Reason.TOO_LARGE, Reason.BAD_ENCODING}


@dataclass(frozen=True, slots=True)
class Manners:
    """How a source wants to be treated. ``delay`` in seconds, ``concurrency`` in requests under way per host."""

    delay: float
    concurrency: int
    robots: bool = True


class _TryLater(Exception):  # noqa: N818 - carries a retry out of a turn
    def __init__(self, retry: Retry, host: str) -> None:
        super().__init__(retry.error)
        self.retry = retry
        self.host = host


class PoliteFetcher:
    """A fetcher that asks robots.txt and waits for its turn. One per event loop."""

    def __init__(self, fetcher: Fetcher, politeness: Politeness, *, patience: float = 10.0, hold: float = 30.0) -> None:
        """``patience``: seconds to wait for a turn; ``hold``: seconds until the slot of a killed fetch is free."""
        self._fetcher = fetcher
        self._politeness = politeness
        self._patience = patience
        self._hold = hold
        self._near: dict[str, tuple[float, Robots | Retry]] = {}
        self._locks: WeakValueDictionary[str, anyio.Lock] = WeakValueDictionary()

    async def get(self, url: str, manners: Manners, asking: Asking = PAGE) -> Response | Rejected | Retry:
        """GET as ``Fetcher.get``; a page that robots.txt disallows is rejected, a host whose turn is far is retried."""

        @asynccontextmanager
        async def turn(hop: str) -> AsyncIterator[Arrived]:
            wanted = await self._ask_robots(hop, manners) if manners.robots else manners
            async with self._slot(hop, wanted) as arrived:
                yield arrived

        return await self._in_turn(url, self._fetcher.get(url, asking, turn=turn))

    async def post(self, url: str, form: Mapping[str, str], manners: Manners) -> Response | Rejected | Retry:
        """POST as ``Fetcher.post``, in the host's turn. robots.txt is for pages, not for what takes forms."""
        return await self._in_turn(url, self._fetcher.post(url, form, turn=lambda hop: self._slot(hop, manners)))

    async def _in_turn(self, url: str, fetch: Awaitable[Response | Rejected | Retry]) -> Response | Rejected | Retry:
        try:
            return await fetch
        except HostBusy as busy:
            later = _TryLater(_busy(busy), busy.host)
        except _TryLater as caught:
            later = caught
        # A redirect may have led to another host, whose rest is not this one's.
        return later.retry if later.host == host_of(url) else later.retry.model_copy(update={"host_wide": False})

    def _slot(self, url: str, manners: Manners) -> AbstractAsyncContextManager[Arrived]:
        return self._politeness.slot(
            host_of(url), delay=manners.delay, concurrency=manners.concurrency, patience=self._patience, hold=self._hold
        )

    async def _ask_robots(self, url: str, manners: Manners) -> Manners:
        """The manners that the site wants: with its ``Crawl-delay`` where that is longer, within bounds."""
        origin = origin_of(url)
        robots = await self._robots(origin, manners)
        if not robots.allows(url, self._fetcher.user_agent):
            raise Refused(Reason.ROBOTS, f"{origin}/robots.txt disallows it")
        wished = min(robots.crawl_delay(self._fetcher.user_agent) or 0.0, LONGEST_CRAWL_DELAY)
        return replace(manners, delay=wished) if wished > manners.delay else manners

    async def _robots(self, origin: str, manners: Manners) -> Robots:
        known = self._known(origin)
        if known is None:
            async with self._locks.setdefault(origin, anyio.Lock()):
                known = self._known(origin) or await self._learn(origin, manners)
        if isinstance(known, Retry):
            raise _TryLater(known, host_of(origin))
        return known

    def _known(self, origin: str) -> Robots | Retry | None:
        expires, known = self._near.get(origin, (0.0, None))
        return known if expires >= time.monotonic() else None

    async def _learn(self, origin: str, manners: Manners) -> Robots | Retry:
        known = await self._find_out(origin, manners)
        lasts = _ROBOTS_IN_PROCESS if isinstance(known, Robots) else _FAILURE_IN_PROCESS
        if len(self._near) >= _ORIGINS_IN_PROCESS:
            self._near.clear()
        self._near[origin] = (time.monotonic() + lasts, known)
        return known

    async def _find_out(self, origin: str, manners: Manners) -> Robots | Retry:
        kept = await anyio.to_thread.run_sync(self._politeness.robots, origin)
        if kept is not None:
            return kept
        try:
            answer = await self._fetcher.get(
                f"{origin}/robots.txt", Asking(accept="text/plain"), turn=lambda hop: self._slot(hop, manners)
            )
        except HostBusy as busy:
            return _busy(busy)
        if isinstance(answer, Retry):
            return answer
        if isinstance(answer, Rejected):
            if answer.reason is Reason.BLOCKED_ADDRESS:
                raise Refused(answer.reason, answer.detail)
            # RFC 9309 §2.3.1.2: redirects to nowhere mean there is none; one that cannot be read may say anything
            robots = UNREACHABLE if answer.reason in _UNREADABLE else Robots(access="all")
        else:
            robots = from_response(answer.status, answer.content)
        if robots.access == "none":
            error = f"{origin}/robots.txt answers with an error, so nothing may be fetched"
            return Retry(error=error, after=300, host_wide=True, fault=Fault.ROBOTS)
        await anyio.to_thread.run_sync(lambda: self._politeness.keep_robots(origin, robots, seconds=_ROBOTS_SECONDS))
        return robots


def _busy(busy: HostBusy) -> Retry:
    return Retry(error=str(busy), after=busy.seconds, host_wide=True, counts=False)
