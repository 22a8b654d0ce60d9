"""robots.txt (RFC 9309): asked for once, kept for all workers in Redis and for a while here."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from weakref import WeakValueDictionary

import anyio

from pipeline.crawl.robots import UNREACHABLE, Robots, from_response
from pipeline.crawl.status import classify_status
from pipeline.outcome import Fault, Reason, Rejected, Retry
from pipeline.urls import Url
from storage.redis.politeness import HostBusy
from workers.fetch.connections import FetchRefused
from workers.fetch.records import PolitenessPolicy, Response
from workers.fetch.slots import HostSlots, TryLater, Waiting, host_is_busy
from workers.processes.isolation import OverLimit, PatientReader

LONGEST_CRAWL_DELAY = 60.0
"""Seconds for which a ``Crawl-delay`` is followed at most.

Some write an hour, and mean that nobody should come.
"""

GetRobots = Callable[[Url, PolitenessPolicy, Waiting], Awaitable[Response | Rejected | Retry]]
"""Fetches a robots.txt in its host's slot, without asking robots.txt for it."""

_ROBOTS_SECONDS = 86_400.0  # RFC 9309 §2.4
_ROBOTS_IN_PROCESS = 60.0
_ORIGINS_IN_PROCESS = 10_000
# A robots.txt that cannot be read, where its server does not ask for another time.
_UNREADABLE_SECONDS = 300.0
# The URLs of a batch that wait behind the one that asked need not ask too.
_FAILURE_IN_PROCESS = 10.0
_UNREADABLE = {Reason.TOO_LARGE, Reason.BAD_ENCODING}


def crawl_delay(robots: Robots, user_agent: str) -> float:
    """Seconds of its ``Crawl-delay``, within bounds; 0 where it has none."""
    return min(robots.crawl_delay(user_agent) or 0.0, LONGEST_CRAWL_DELAY)


class RobotsCache:
    """What robots.txt says of URLs. One per event loop."""

    def __init__(
        self, slots: HostSlots, get: GetRobots, user_agent: str, reader: PatientReader
    ) -> None:
        """Nothing is fetched before a URL is asked about.

        Args:
            slots: of the fetches that ask; their store keeps each robots.txt for all processes.
            get: fetches a robots.txt.
            user_agent: by which the rules are chosen.
            reader: parses a robots.txt within limits.
        """
        self._reader = reader
        self._politeness = slots.politeness
        self._slots = slots
        self._get = get
        self._user_agent = user_agent
        self._near: dict[str, tuple[float, Robots | Retry]] = {}
        self._locks: WeakValueDictionary[str, anyio.Lock] = WeakValueDictionary()

    async def policy_for(
        self, url: Url, policy: PolitenessPolicy, waiting: Waiting
    ) -> PolitenessPolicy:
        """The policy that the site wants: with its ``Crawl-delay`` where that is longer.

        Raises:
            FetchRefused: the URL is disallowed.
            TryLater: robots.txt cannot be had now.
        """
        origin = url.origin
        robots = await self._robots(origin, policy, waiting)
        # The first question of a process has the file parsed.
        allowed = await anyio.to_thread.run_sync(robots.allows, url, self._user_agent)
        if not allowed:
            raise FetchRefused(Reason.ROBOTS, f"{origin}/robots.txt disallows it")
        wished = crawl_delay(robots, self._user_agent)
        return replace(policy, delay=wished) if wished > policy.delay else policy

    async def _robots(self, origin: Url, policy: PolitenessPolicy, waiting: Waiting) -> Robots:
        known = self._known(origin, waiting)
        if known is None:
            async with self._alone_at(origin, waiting):
                known = self._known(origin, waiting)
                known = known or await self._learn(origin, policy, waiting)
        if isinstance(known, Retry):
            raise TryLater(known, origin.host)
        return known

    @asynccontextmanager
    async def _alone_at(self, origin: Url, waiting: Waiting) -> AsyncIterator[None]:
        """One asks, and the others wait for its response, though not as long as it may wait."""
        lock = self._locks.setdefault(origin, anyio.Lock())
        seconds = min(waiting.patience + self._slots.hold_seconds, waiting.budget.left)
        try:
            async with waiting.budget.spend():
                with anyio.fail_after(seconds):
                    await lock.acquire()
        except TimeoutError:
            raise host_is_busy(HostBusy(origin.host, waiting.patience)) from None
        try:
            yield
        finally:
            lock.release()

    def _known(self, origin: Url, waiting: Waiting) -> Robots | Retry | None:
        expires, known = self._near.get(origin, (0.0, None))
        if expires < time.monotonic():
            return None
        host_was_busy = isinstance(known, Retry) and not known.counts
        if host_was_busy and self._slots.is_patient(waiting):
            return None  # its slot may come
        return known

    async def _learn(
        self, origin: Url, policy: PolitenessPolicy, waiting: Waiting
    ) -> Robots | Retry:
        known = await self._find_out(origin, policy, waiting)
        seconds = _ROBOTS_IN_PROCESS if isinstance(known, Robots) else _FAILURE_IN_PROCESS
        if len(self._near) >= _ORIGINS_IN_PROCESS:
            self._near.clear()
        self._near[origin] = (time.monotonic() + seconds, known)
        return known

    async def _find_out(
        self, origin: Url, policy: PolitenessPolicy, waiting: Waiting
    ) -> Robots | Retry:
        kept = await anyio.to_thread.run_sync(self._politeness.robots, origin)
        if kept == UNREACHABLE:
            left = await anyio.to_thread.run_sync(self._politeness.robots_last, origin)
            return _unreadable(origin, left)
        if kept is not None:
            return kept
        response = await self._get(Url(f"{origin}/robots.txt"), policy, waiting.beside())
        if isinstance(response, Retry):
            return response
        if isinstance(response, Rejected) and response.reason is Reason.BLOCKED_ADDRESS:
            raise FetchRefused(response.reason, response.detail)
        try:
            robots = await self._reader.read_async(_rules_in, response, self._user_agent)
        except OverLimit:
            robots = UNREACHABLE
        return await anyio.to_thread.run_sync(self._keep, origin, response, robots)

    def _keep(self, origin: Url, response: Response | Rejected, robots: Robots) -> Robots | Retry:
        """Keep what was learned for all processes.

        The rules, or that they are not to be asked for again just now.
        """
        if robots != UNREACHABLE:
            self._politeness.keep_robots(origin, robots, seconds=_ROBOTS_SECONDS)
            return robots
        seconds = self._pause_after(response)
        self._politeness.keep_robots(origin, robots, seconds=seconds)
        return _unreadable(origin, seconds)

    def _pause_after(self, response: Response | Rejected) -> float:
        """Seconds until a robots.txt that could not be read is asked for again.

        Its host is paused too if it asks for that.
        """
        if isinstance(response, Rejected):
            return _UNREADABLE_SECONDS
        status, retry_after = response.status, response.headers.get("retry-after")
        outcome = classify_status(status, retry_after, datetime.now(UTC))
        if not isinstance(outcome, Retry):
            return _UNREADABLE_SECONDS
        asked = outcome.after
        if outcome.host_wide:
            asked = self._politeness.slow_down(response.final_url.host, asked)
        return asked or _UNREADABLE_SECONDS


def _rules_in(response: Response | Rejected, user_agent: str) -> Robots:
    """The rules of a response, parsed once for the time that it takes."""
    if isinstance(response, Response):
        robots = from_response(response.status, response.content)
        robots.allows(response.url, user_agent)
        return robots
    # RFC 9309 §2.3.1.2: redirects to nowhere mean there is none; one that cannot be read may say
    # anything.
    return UNREACHABLE if response.reason in _UNREADABLE else Robots(access="all")


def _unreadable(origin: Url, seconds: float) -> Retry:
    error = f"{origin}/robots.txt answers with an error, so nothing may be fetched"
    return Retry(error=error, after=seconds, host_wide=True, fault=Fault.ROBOTS)
