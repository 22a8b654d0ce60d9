"""Fetching with manners: robots.txt first, then the host's turn, for each hop."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from weakref import WeakValueDictionary

import anyio

from pipeline.crawl.robots import UNREACHABLE, Robots, from_response
from pipeline.crawl.status import classify_status
from pipeline.outcome import Fault, Reason, Rejected, Retry
from pipeline.urls import Url
from storage.redis.politeness import HostBusy, Politeness
from workers.fetch.client import PAGE, Arrived, Fetcher, FetchOptions, Response, Turn
from workers.fetch.connections import FetchRefused

LONGEST_CRAWL_DELAY = 60.0
"""Seconds for which a ``Crawl-delay`` is followed at most: some write an hour, and mean that nobody should come."""

_ROBOTS_SECONDS = 86_400.0  # RFC 9309 §2.4
_ROBOTS_IN_PROCESS = 60.0
_ORIGINS_IN_PROCESS = 10_000
# A robots.txt that cannot be read, where its server does not ask for another time.
_UNREADABLE_SECONDS = 300.0
# The URLs of a batch that wait behind the one that asked need not ask too.
_FAILURE_IN_PROCESS = 10.0
_UNREADABLE = {Reason.TOO_LARGE, Reason.BAD_ENCODING}


@dataclass(frozen=True, slots=True)
class PolitenessPolicy:
    """How a source wants to be treated.

    ``delay`` in seconds, ``concurrency`` in requests under way per host.
    """

    delay: float
    concurrency: int
    robots: bool = True


def wished_delay(robots: Robots, user_agent: str) -> float:
    """Seconds of its ``Crawl-delay``, within bounds; 0 where it has none."""
    return min(robots.crawl_delay(user_agent) or 0.0, LONGEST_CRAWL_DELAY)


class _TryLater(Exception):  # noqa: N818 - carries a retry out of a turn
    def __init__(self, retry: Retry, host: str) -> None:
        super().__init__(retry.error)
        self.retry = retry
        self.host = host


class _Supply:
    """How long a fetch may still wait, for all its turns together."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @asynccontextmanager
    async def used(self) -> AsyncIterator[None]:
        """The time of this block is taken off."""
        began = anyio.current_time()
        try:
            yield
        finally:
            self.left = max(self.left - (anyio.current_time() - began), 0.0)


class _Turns:
    """The turns of one request with its redirects.

    How long each may be waited for, and whether anybody answered.
    """

    def __init__(
        self, politeness: Politeness, patience: float, supply: _Supply, hold: float
    ) -> None:
        self._politeness = politeness
        self._patience = patience
        self._hold = hold
        self.supply = supply
        self.hop = ""
        self._taken = False
        self._answered = False

    @property
    def patience(self) -> float:
        """Seconds to wait for a turn that is no redirect's."""
        return min(self._patience, self.supply.left)

    def beside(self) -> "_Turns":
        """For another request that has to come first."""
        return _Turns(self._politeness, self._patience, self.supply, self._hold)

    @asynccontextmanager
    async def take(self, hop: Url, manners: PolitenessPolicy) -> AsyncIterator[Arrived]:
        """A turn at the host of a hop.

        A redirect within one host has to sit out that host's delay at least.

        Raises:
            _TryLater: it did not come in time.
        """
        patience = (
            min(max(self._patience, manners.delay + 1), self.supply.left)
            if self._taken
            else self.patience
        )
        slot = self._politeness.slot(
            hop.host,
            delay=manners.delay,
            concurrency=manners.concurrency,
            patience=patience,
            hold=self._hold,
        )
        async with AsyncExitStack() as held:
            try:
                async with self.supply.used():
                    arrived = await held.enter_async_context(slot)
            except HostBusy as busy:
                raise _TryLater(_busy(busy), busy.host) from None
            self._taken = True
            yield arrived
            self._answered = True

    def judged(self, later: _TryLater, url: Url) -> Retry:
        """What becomes of ``url`` when a turn did not come.

        Before anybody answered, the URL is not to blame. One whose redirect never gets its turn has
        to end some day.
        """
        retry = later.retry
        if self._answered and not retry.counts:
            words = f"it redirects to {self.hop}, and {retry.error}"
            retry = retry.model_copy(
                update={"error": words, "counts": True, "fault": Fault.TIMEOUT}
            )
        # A redirect may have led to another host, whose rest is not this one's.
        return retry if later.host == url.host else retry.model_copy(update={"host_wide": False})


class PoliteFetcher:
    """A fetcher that asks robots.txt and waits for its turn. One per event loop."""

    def __init__(
        self,
        fetcher: Fetcher,
        politeness: Politeness,
        *,
        patience: float = 10.0,
        longest: float = 40.0,
        hold: float = 30.0,
    ) -> None:
        """All in seconds.

        Args:
            fetcher: of the same event loop.
            politeness: knows the hosts' turns.
            patience: with which a turn is waited for, where a fetch has none of its own.
            longest: what one fetch may wait in all, for robots.txt and redirects too; or twice its
                own patience, if that is longer.
            hold: until the slot of a killed fetch is free.
        """
        self._fetcher = fetcher
        self._politeness = politeness
        self._patience = patience
        self._longest = longest
        self._hold = hold
        self._near: dict[str, tuple[float, Robots | Retry]] = {}
        self._locks: WeakValueDictionary[str, anyio.Lock] = WeakValueDictionary()

    async def get(
        self, url: Url, manners: PolitenessPolicy, asking: FetchOptions = PAGE
    ) -> Response | Rejected | Retry:
        """GET as ``Fetcher.get``; a page that robots.txt disallows is rejected, a host whose turn is far is retried."""
        turns = self._turns(asking.patience)

        @asynccontextmanager
        async def turn(hop: Url) -> AsyncIterator[Arrived]:
            turns.hop = hop
            wanted = await self._ask_robots(hop, manners, turns) if manners.robots else manners
            async with turns.take(hop, wanted) as arrived:
                yield arrived

        try:
            return await self._fetcher.get(url, asking, turn=turn)
        except _TryLater as later:
            return turns.judged(later, url)

    async def post(
        self, url: Url, form: Mapping[str, str], manners: PolitenessPolicy
    ) -> Response | Rejected | Retry:
        """POST as ``Fetcher.post``, in the host's turn.

        Robots.txt is about crawling (RFC 9309 §1), so not asked.
        """
        turns = self._turns(None)
        try:
            return await self._fetcher.post(url, form, turn=_plainly(turns, manners))
        except _TryLater as later:
            return turns.judged(later, url)

    def _turns(self, patience: float | None) -> _Turns:
        patience = self._patience if patience is None else patience
        return _Turns(
            self._politeness, patience, _Supply(max(self._longest, 2 * patience)), self._hold
        )

    async def _ask_robots(
        self, url: Url, manners: PolitenessPolicy, turns: _Turns
    ) -> PolitenessPolicy:
        """The manners that the site wants.

        With its ``Crawl-delay`` where that is longer, within bounds.
        """
        origin = url.origin
        robots = await self._robots(origin, manners, turns)
        if not robots.allows(url, self._fetcher.user_agent):
            raise FetchRefused(Reason.ROBOTS, f"{origin}/robots.txt disallows it")
        wished = wished_delay(robots, self._fetcher.user_agent)
        return replace(manners, delay=wished) if wished > manners.delay else manners

    async def _robots(self, origin: Url, manners: PolitenessPolicy, turns: _Turns) -> Robots:
        known = self._known(origin, turns)
        if known is None:
            async with self._alone_at(origin, turns):
                known = self._known(origin, turns) or await self._learn(origin, manners, turns)
        if isinstance(known, Retry):
            raise _TryLater(known, origin.host)
        return known

    @asynccontextmanager
    async def _alone_at(self, origin: Url, turns: _Turns) -> AsyncIterator[None]:
        """One asks, and the others wait for its turn and answer, though not as long as it may be ready to."""
        lock, host = self._locks.setdefault(origin, anyio.Lock()), origin.host
        try:
            async with turns.supply.used():
                with anyio.fail_after(min(turns.patience + self._hold, turns.supply.left)):
                    await lock.acquire()
        except TimeoutError:
            raise _TryLater(_busy(HostBusy(host, turns.patience)), host) from None
        try:
            yield
        finally:
            lock.release()

    def _known(self, origin: Url, turns: _Turns) -> Robots | Retry | None:
        expires, known = self._near.get(origin, (0.0, None))
        if expires < time.monotonic():
            return None
        busy = isinstance(known, Retry) and not known.counts
        # The turn of the patient may come.
        return None if busy and turns.patience > self._patience else known

    async def _learn(self, origin: Url, manners: PolitenessPolicy, turns: _Turns) -> Robots | Retry:
        known = await self._find_out(origin, manners, turns)
        lasts = _ROBOTS_IN_PROCESS if isinstance(known, Robots) else _FAILURE_IN_PROCESS
        if len(self._near) >= _ORIGINS_IN_PROCESS:
            self._near.clear()
        self._near[origin] = (time.monotonic() + lasts, known)
        return known

    async def _find_out(
        self, origin: Url, manners: PolitenessPolicy, turns: _Turns
    ) -> Robots | Retry:
        kept = await anyio.to_thread.run_sync(self._politeness.robots, origin)
        if kept == UNREACHABLE:
            return _unreadable(
                origin, await anyio.to_thread.run_sync(self._politeness.robots_last, origin)
            )
        if kept is not None:
            return kept
        own, address = turns.beside(), Url(f"{origin}/robots.txt")
        try:
            answer = await self._fetcher.get(
                address, FetchOptions(accept="text/plain"), turn=_plainly(own, manners)
            )
        except _TryLater as later:
            return own.judged(later, address)
        if isinstance(answer, Retry):
            return answer
        if isinstance(answer, Rejected) and answer.reason is Reason.BLOCKED_ADDRESS:
            raise FetchRefused(answer.reason, answer.detail)
        return await anyio.to_thread.run_sync(self._keep, origin, answer)

    def _keep(self, origin: Url, answer: Response | Rejected) -> Robots | Retry:
        """Keep what was learned for all processes.

        The rules, or that they are not to be asked for again just now.
        """
        seconds = _ROBOTS_SECONDS
        if isinstance(answer, Rejected):
            # RFC 9309 §2.3.1.2: redirects to nowhere mean there is none; one that cannot be read
            # may say anything
            robots = UNREACHABLE if answer.reason in _UNREADABLE else Robots(access="all")
        else:
            robots = from_response(answer.status, answer.content)
        if robots == UNREACHABLE:
            seconds = self._rest(answer)
        self._politeness.keep_robots(origin, robots, seconds=seconds)
        return _unreadable(origin, seconds) if robots == UNREACHABLE else robots

    def _rest(self, answer: Response | Rejected) -> float:
        """Seconds until a robots.txt that could not be read is asked for again.

        Its host rests too if it wants to.
        """
        if isinstance(answer, Response):
            verdict = classify_status(
                answer.status, answer.headers.get("retry-after"), datetime.now(UTC)
            )
            if isinstance(verdict, Retry):
                host = answer.final_url.host
                asked = (
                    self._politeness.slow_down(host, verdict.after)
                    if verdict.host_wide
                    else verdict.after
                )
                return asked or _UNREADABLE_SECONDS
        return _UNREADABLE_SECONDS


def _plainly(turns: _Turns, manners: PolitenessPolicy) -> Turn:
    """Turns without a look at robots.txt."""

    def turn(hop: Url) -> AbstractAsyncContextManager[Arrived]:
        turns.hop = hop
        return turns.take(hop, manners)

    return turn


def _busy(busy: HostBusy) -> Retry:
    return Retry(error=str(busy), after=busy.seconds, host_wide=True, counts=False)


def _unreadable(origin: Url, seconds: float) -> Retry:
    error = f"{origin}/robots.txt answers with an error, so nothing may be fetched"
    return Retry(error=error, after=seconds, host_wide=True, fault=Fault.ROBOTS)
