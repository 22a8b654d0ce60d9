"""The crawl stage against a bare loop of its HTTP client, and the feed parser against feedparser.

Crawl: ``workers.chain.stages.crawl`` (robots.txt, politeness, guard, page store, over a real Redis)
and httpcore alone fetch
the same pages from the same server on loopback: many hosts, no delay, so many requests under way.
The rounds alternate; the server is a process of its own. Prints fetches per second, CPU time of the
fetching process per fetch, Redis' CPU, and the ratio (stage / bare loop) of each round. The goal is
a median of at least 0.7; the exit code is 1 below that. The bare loop has one connection pool, as
httpcore's users have. With many idle connections that is slow, and the stage has a pool per host
instead; so the same loop over pools per host runs as well, and its ratio is printed beside.

Feeds: entries per second of ``pipeline.discover.feeds.parse`` and of feedparser on feeds made on
the spot.

``--polite N`` does something else: N URLs on one host, four worker processes, and what the server's
log says of it.

Usage: python benchmarks/crawl.py [--fetches 3000] [--hosts 300] [--concurrency 192] [--rounds 5]
       [--bytes 30000] [--latency 0] | --polite 1000
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

# Run as a script, this folder comes first in the path, where a sibling hides the package
# ``pipeline``.
sys.path[0] = str(Path(__file__).resolve().parents[1])

import anyio
import httpcore

from benchmarks.crawl_feeds import measure_feeds
from config.settings import Settings
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, UrlId
from storage.embedded_redis import embedded_redis
from storage.redis.keys import Key
from tests.support.servers.fault_server import At, LoopbackNetwork
from tests.support.servers.polite_site import (
    ADDRESS,
    PoliteSite,
    crawl_by_processes,
    most_at_once,
    shortest_gap,
)
from workers.chain.messages import Item, LeasedLink
from workers.chain.stages import crawl
from workers.resources import Resources

GOAL = 0.7
BATCH = 16


class Dialler(httpcore.AsyncNetworkBackend):
    """The same way to the server for the bare loop."""

    def __init__(self, network: LoopbackNetwork) -> None:
        self._network = network

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """A stream to the server."""
        return await self._network.connect(host, port, timeout)


@dataclass(frozen=True)
class Round:
    """So many fetches in so many seconds, with so much CPU of this process and of Redis."""

    fetches: int
    seconds: float
    cpu: float
    redis: float = 0.0

    @property
    def rate(self) -> float:
        """Fetches per second."""
        return self.fetches / self.seconds

    def __str__(self) -> str:
        redis = f", Redis {self.redis / self.fetches * 1000:.2f} ms" if self.redis else ""
        return (
            f"{self.rate:6.0f} fetches/s, {self.cpu / self.fetches * 1000:.2f} ms CPU per"
            f" fetch{redis}"
        )


def timed(
    fetches: int, work: Callable[[], None], redis_cpu: Callable[[], float] = lambda: 0.0
) -> Round:
    wall, cpu, redis = time.perf_counter(), time.process_time(), redis_cpu()
    work()
    return Round(
        fetches, time.perf_counter() - wall, time.process_time() - cpu, redis_cpu() - redis
    )


def bare(
    urls: list[str], network: LoopbackNetwork, concurrency: int, *, per_host: bool = False
) -> None:
    """The client and nothing else: one loop, so many tasks, each body read whole.

    One pool, or one for each host.
    """

    async def run() -> None:
        left, pools = iter(urls), dict[str, httpcore.AsyncConnectionPool]()

        def pool_of(host: str) -> httpcore.AsyncConnectionPool:
            name = host if per_host else ""
            if name not in pools:
                pools[name] = httpcore.AsyncConnectionPool(
                    max_connections=concurrency,
                    max_keepalive_connections=concurrency,
                    network_backend=Dialler(network),
                )
            return pools[name]

        async def fetch() -> None:
            for url in left:
                host = url.split("/")[2]
                answer = await pool_of(host).request(
                    "GET", url, headers={"host": host, "user-agent": "bare"}
                )
                assert answer.status == 200
                assert len(answer.content) > 1000

        async with anyio.create_task_group() as group:
            for _ in range(concurrency):
                group.start_soon(fetch)
        for pool in pools.values():
            await pool.aclose()

    anyio.run(run)


def stage(urls: list[Url], resources: Resources, concurrency: int) -> None:
    """The stage as a crawl worker runs it: a thread for each batch under way, one loop for all."""
    now = datetime.now(UTC)
    items = [
        Item[LeasedLink](
            url_id=UrlId(uuid4().hex),
            attempts=1,
            payload=LeasedLink(
                link=Link(url=url, source="command", found_by=FoundBy.COMMAND), found_at=now
            ),
        )
        for url in urls
    ]
    batches = [items[at : at + BATCH] for at in range(0, len(items), BATCH)]
    with ThreadPoolExecutor(max(1, concurrency // BATCH)) as threads:
        results = [
            result
            for batch in threads.map(lambda batch: crawl(resources, batch), batches)
            for result in batch
        ]
    failed = [result for result in results if not isinstance(result, LeasedLink)]
    assert not failed, failed[:3]


@contextmanager
def serving(size: int, latency: float) -> Iterator[int]:
    """The server in a process of its own; gives its port."""
    command = [
        sys.executable,
        str(Path(__file__).with_name("crawl_server.py")),
        str(size),
        str(latency),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.communicate()


def measure_crawl(chosen: argparse.Namespace) -> tuple[float, float]:
    """Rounds side by side; the median ratios to the bare loop and to that with a pool per host."""
    urls = [f"http://h{number % chosen.hosts}.example/{number}" for number in range(chosen.fetches)]
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_redis(Path(folder)) as redis_url,
        serving(chosen.bytes, chosen.latency) as port,
    ):
        network = LoopbackNetwork(At(port), address=ADDRESS)
        settings = {
            "redis_url": redis_url,
            "data_dir": Path(folder),
            "sources": Path(folder) / "sources.yaml",
            "host_delay": 0.0,
            "host_concurrency": 16,
        }
        resources = Resources(Settings.model_validate(settings), network)
        resources.connect()
        # Robots.txt of every host, and warm code.
        stage([Url(url) for url in urls[: chosen.hosts]], resources, chosen.concurrency)
        bare(urls[: chosen.hosts], network, chosen.concurrency)
        ratios, to_tuned = [], []
        for number in range(chosen.rounds):
            ratio, tuned = measure_round(urls, network, resources, chosen.concurrency)
            print(f"round {number + 1}: ratios {ratio:.2f} and {tuned:.2f}", flush=True)
            ratios.append(ratio)
            to_tuned.append(tuned)
        return statistics.median(ratios), statistics.median(to_tuned)


def measure_round(
    urls: list[str], network: LoopbackNetwork, resources: Resources, concurrency: int
) -> tuple[float, float]:
    """One round of each; the ratios of the stage to the bare loop and to that with many pools."""
    client = resources.stores.keyspace.client
    pages = [Url(url) for url in urls]

    def redis_cpu() -> float:
        used = client.info("cpu")
        return float(used["used_cpu_user"] + used["used_cpu_sys"])

    plain = timed(len(urls), lambda: bare(urls, network, concurrency))
    whole = timed(len(urls), lambda: stage(pages, resources, concurrency), redis_cpu)
    tuned = timed(len(urls), lambda: bare(urls, network, concurrency, per_host=True))
    print(f"  bare loop          {plain}")
    print(f"  bare, per host     {tuned}")
    print(f"  crawl stage        {whole}")
    keyspace = resources.stores.keyspace
    for key in client.scan_iter(match=keyspace.pattern(Key.PAGE), count=1000):
        client.unlink(key)
    return whole.rate / plain.rate, whole.rate / tuned.rate


def measure_politeness(urls: int) -> int:
    """What the server's log says of four processes; 1 when a limit was passed."""
    bad = False
    for delay, concurrency in ((0.02, 2), (0.0, 4)):
        with (
            tempfile.TemporaryDirectory() as folder,
            embedded_redis(Path(folder)) as redis_url,
            PoliteSite() as site,
        ):
            pages = [f"http://a.example/{number}" for number in range(urls)]
            fetched = crawl_by_processes(
                site, redis_url, "polite", pages, delay=delay, concurrency=concurrency
            )
        visits = site.of("a.example")
        gap, most, took = (
            shortest_gap(visits),
            most_at_once(visits),
            visits[-1].ended - visits[0].began,
        )
        print(
            f"delay {delay * 1000:g} ms, {concurrency} at once: {fetched} of {urls} fetched in"
            f" {took:.1f} s, "
            f"shortest gap {gap * 1000:.2f} ms, most at once {most}",
            flush=True,
        )
        bad = bad or fetched != urls or gap < delay or most > concurrency
    return int(bad)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fetches", type=int, default=3_000)
    parser.add_argument("--hosts", type=int, default=300)
    parser.add_argument("--concurrency", type=int, default=192)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bytes", type=int, default=30_000)
    parser.add_argument(
        "--latency", type=float, default=0.0, help="seconds until the server answers"
    )
    parser.add_argument(
        "--polite", type=int, help="URLs on one host, by four processes, instead of all else"
    )
    chosen = parser.parse_args()
    if chosen.polite:
        sys.exit(measure_politeness(chosen.polite))
    print(
        f"{chosen.fetches} pages of {chosen.bytes} bytes on {chosen.hosts} hosts,"
        f" {chosen.concurrency} under way"
    )
    ratio, to_tuned = measure_crawl(chosen)
    print(
        f"crawl stage / bare loop: {ratio:.2f} (goal: {GOAL}); / bare loop with a pool per host:"
        f" {to_tuned:.2f}"
    )
    measure_feeds()
    sys.exit(ratio < GOAL)


if __name__ == "__main__":
    main()
