"""A world of feeds on loopback, and a day in it that passes as fast as the machine can play it.

The server, Redis and the code that polls are real; the clock is not. Time stands still while
anything is at work, and jumps to the next moment at which somebody wants to wake or a source is
due. So the server's log, which is written in that time, is exact: what it shows of delays and
pauses is what a real day would show.
"""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple

from config.settings import Settings
from config.sources import Source
from config.sources_file import save
from pipeline.sources.health import Verdict, assess_health
from pipeline.sources.state import SourceState
from tests.support.servers.fault_server import LoopbackNetwork
from tests.support.servers.feed_server import (
    ADDRESS,
    HOUR,
    KINDS,
    RETRY_AFTER,
    SPAN,
    START,
    WITHOUT_VALIDATORS,
    Feed,
    FeedServer,
    Request,
)
from workers.resources import Resources
from workers.sources.polling import poll, poll_policy_of


class Time:
    """The world's clock. Who sleeps is woken when the clock has come to it."""

    def __init__(self, start: float = START) -> None:
        self.now = start
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self.changed = asyncio.Event()

    def __call__(self) -> float:
        return self.now

    @property
    def sleeping(self) -> int:
        return len(self._sleepers)

    @property
    def next_waking(self) -> float:
        return self._sleepers[0][0] if self._sleepers else float("inf")

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), future))
        self.changed.set()
        await future

    def advance(self, to: float) -> None:
        self.now = max(self.now, to)
        while self._sleepers and self._sleepers[0][0] <= self.now:
            future = heapq.heappop(self._sleepers)[2]
            if not future.done():
                future.set_result(None)


@dataclass
class World:
    """Feeds, their server, and a Newsloom that polls them."""

    feeds: list[Feed]
    folder: Path
    redis_url: str
    namespace: str
    interval: float | None = None
    delay: float = 2.0
    tick: float = 1.0
    timeout: float = 2.0
    time: Time = field(default_factory=Time)

    def __post_init__(self) -> None:
        self.server = FeedServer(self.feeds, self.time)
        sources = [
            Source(id=feed.name, feed=f"http://{feed.host}{feed.path}") for feed in self.feeds
        ]
        save(self.folder / "sources.yaml", sources)
        settings = Settings.model_validate(
            {
                "redis_url": self.redis_url,
                "namespace": self.namespace,
                "data_dir": self.folder,
                "sources": self.folder / "sources.yaml",
                "host_delay": self.delay,
                "fetch_timeout": self.timeout,
                "poll_interval": self.interval,
            }
        )
        self.resources = Resources(
            settings,
            LoopbackNetwork(self.server, address=ADDRESS),
            clock=self.time,
            sleep=self.time.sleep,
        )
        self.sources = {source.id: source for source in sources}

    def play(self, seconds: float = SPAN, *, say: Callable[[float], None] = lambda _: None) -> None:
        """Let so much time pass."""
        with self.server.running():
            self.resources.connect()
            self.resources.registry.apply_to(self.resources.stores)
            self.resources.loop.run(self._play(self.time.now + seconds, say))
            self.resources.loop.run(self.resources.web._fetcher.aclose())  # noqa: SLF001

    async def _play(self, end: float, say: Callable[[float], None]) -> None:
        feeds, polls = self.resources.stores.sources, set[asyncio.Task[int]]()
        said = self.time.now
        while self.time.now < end:
            for name in feeds.claim_due():
                task = asyncio.create_task(poll(self.resources, self.sources[name]))
                polls.add(task)
                task.add_done_callback(lambda _: self.time.changed.set())
            await self._until_nothing_moves(polls)
            for task in [task for task in polls if task.done()]:
                polls.discard(task)
                task.result()
            due = feeds.next_due()
            ticked = max(-(-(due or end) // self.tick) * self.tick, self.time.now + self.tick)
            self.time.advance(min(self.time.next_waking, ticked))
            if self.time.now - said >= HOUR:
                said = self.time.now
                say(said)

    async def _until_nothing_moves(self, polls: set[asyncio.Task[int]]) -> None:
        """Until each poll is over, sleeps, or waits for one that sleeps."""
        while True:
            under_way = sum(not task.done() for task in polls)
            if under_way == self.time.sleeping + self._queued():
                return
            self.time.changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.time.changed.wait(), 0.003)

    def _queued(self) -> int:
        """Polls that wait in this process for another of their host, or for its robots.txt."""
        turns = self.resources.stores.politeness._here  # noqa: SLF001 - nothing else knows who waits
        robots = self.resources.web._fetcher._robots._locks  # type: ignore[union-attr]  # noqa: SLF001
        waiting = sum(queue.statistics().tasks_waiting for queue in list(turns.values()))
        return int(waiting + sum(lock.statistics().tasks_waiting for lock in list(robots.values())))

    def state(self, feed: Feed) -> SourceState:
        return self.resources.stores.sources.state(feed.name)

    def wrong(self) -> list[str]:
        """Feeds whose state at the end of the day is wrong, and what it is."""
        last = {
            (request.host, request.path.removesuffix("?new")): request
            for request in self.server.log
        }
        found = []
        for feed in self.feeds:
            _, level, failure = KINDS[feed.kind]
            ended = last.get((feed.host, feed.path))
            if feed.kind == "limiting" and ended and ended.status == 429:
                level, failure = "blocked", "blocked"
            verdict = self.verdict(feed)
            if (verdict.level, verdict.failure) != (level, failure):
                found.append(f"{feed.name}: {verdict.sentence}")
        return found

    def verdict(self, feed: Feed) -> Verdict:
        return assess_health(
            self.state(feed),
            self.time.now,
            poll_policy_of(self.resources.settings, self.sources[feed.name]),
        )

    def figures(self, names: Container[str] | None = None) -> "Figures":
        """By the server's log, of all feeds or of these.

        Requests, articles seen, how long after their publication.
        """
        feeds = [feed for feed in self.feeds if names is None or feed.name in names]
        places = {(feed.host, feed.path) for feed in feeds}
        served: dict[tuple[str, str], list[float]] = {}
        requests = 0
        for request in self.server.log:
            place = (request.host, request.path.removesuffix("?new"))
            requests += place in places
            if request.status in {200, 304}:
                served.setdefault(place, []).append(request.at)
        latencies: list[float] = []
        for feed in feeds:
            times = served.get((feed.host, feed.path), [])
            fresh = [moment for moment in feed.moments if START <= moment < self.time.now]
            latencies += [seen - moment for moment, seen in _firsts(fresh, times)]
        return Figures(len(feeds), requests, sorted(latencies))


class Figures(NamedTuple):
    """Requests for feeds, and the latency in seconds of each article of the day that was seen."""

    feeds: int
    requests: int
    latencies: list[float]

    @property
    def per_article(self) -> float:
        return self.requests / len(self.latencies)

    def __str__(self) -> str:
        middle, late = (
            median(self.latencies) / 60,
            self.latencies[int(0.95 * len(self.latencies))] / 60,
        )
        return (
            f"{self.feeds} feeds, {self.requests} requests, {len(self.latencies)} articles: "
            f"{self.per_article:.2f} requests per article, {self.requests / self.feeds:.0f} per"
            " feed; "
            f"latency median {middle:.1f} min, 95th percentile {late:.1f} min"
        )


def _firsts(moments: Sequence[float], times: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Each moment with the first time after it; those that are still to come are left out."""
    place = 0
    for moment in moments:
        while place < len(times) and times[place] < moment:
            place += 1
        if place == len(times):
            return
        yield moment, times[place]


def too_close(log: Iterable[Request], delay: float) -> list[tuple[Request, Request]]:
    """Pairs of requests to one host that are closer together than the delay allows."""
    last: dict[str, Request] = {}
    found = []
    for request in log:
        before = last.get(request.host)
        if before and request.at - before.at < delay - 1e-3:
            found.append((before, request))
        last[request.host] = request
    return found


def too_early(log: Iterable[Request]) -> list[Request]:
    """Requests to a host that had asked to be left alone for longer."""
    rest: dict[str, float] = {}
    found = []
    for request in log:
        if request.at < rest.get(request.host, 0.0) - 1.0:  # an HTTP date has no fractions
            found.append(request)
        if request.status == 429:
            rest[request.host] = request.at + RETRY_AFTER
    return found


def conditional_requests(log: Iterable[Request], feeds: Iterable[Feed]) -> tuple[int, int]:
    """How many requests could have sent a validator, and how many of them did."""
    bare = {(feed.host, feed.path) for feed in feeds if feed.kind in WITHOUT_VALIDATORS}
    known: set[tuple[str, str]] = set()
    could = did = 0
    for request in log:
        place = (request.host, request.path.removesuffix("?new"))
        if place in known:
            could += 1
            did += request.conditional
        elif request.status == 200 and place not in bare and request.path != "/robots.txt":
            known.add(place)
    return could, did
