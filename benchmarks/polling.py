"""A day of 2,000 feeds on 200 hosts: adaptive polls against a poll every fifteen minutes.

A real HTTP server on loopback, a real Redis, the code that polls; only the clock is played
(``tests.support.world_of_feeds``). Prints by the server's own log: requests per new article and the
latency of the articles, adaptive (all feeds) and fixed (a part of them, since it only repeats
itself); requests that came within a host's delay or before a Retry-After; the share of conditional
requests where there are validators; and each source whose state is wrong when the day is over. Exit
code 1 when something is not as it should be.

The hosts are dealt to so many processes, each with a clock, a server and a namespace of its own.
Usage: python benchmarks/polling.py [--feeds 2000] [--hosts 200] [--processes 2] [--fixed-part 0.05]
"""

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

# Run as a script, this folder comes first in the path, where a sibling hides the package
# ``pipeline``.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from storage.embedded_redis import embedded_redis
from tests.support.servers.feed_server import SPAN, Feed, make_feeds
from tests.support.world_of_feeds import Figures, World, conditional_requests, too_close, too_early

FIXED = 900.0


@dataclass(frozen=True)
class Day:
    """What one process's day came to."""

    figures: Figures
    compared: Figures
    close: int
    early: int
    could: int
    did: int
    wrong: list[str]
    seconds: float


def play(
    feeds: list[Feed],
    redis_url: str,
    namespace: str,
    interval: float | None,
    compared: frozenset[str],
) -> Day:
    """One process's part of the world; ``compared`` are the feeds that both runs have."""
    logging.disable(logging.CRITICAL)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        world = World(feeds, Path(folder), redis_url, namespace, interval=interval, tick=15.0)
        world.play(SPAN)
        log = world.server.log
        could, did = conditional_requests(log, feeds)
        wrong = world.wrong() if interval is None else []
        return Day(
            figures=world.figures(),
            compared=world.figures(compared),
            close=len(too_close(log, world.delay)),
            early=len(too_early(log)),
            could=could,
            did=did,
            wrong=wrong,
            seconds=time.perf_counter() - started,
        )


def dealt(feeds: Iterable[Feed], parts: int) -> list[list[Feed]]:
    """The feeds in parts of about the same size, each host in one of them."""
    by_host: dict[str, list[Feed]] = {}
    for feed in feeds:
        by_host.setdefault(feed.host, []).append(feed)
    piles: list[list[Feed]] = [[] for _ in range(parts)]
    for each in sorted(by_host.values(), key=len, reverse=True):
        min(piles, key=len).extend(each)
    return piles


def together(figures: Sequence[Figures]) -> Figures:
    """The figures of all processes."""
    latencies = sorted(latency for each in figures for latency in each.latencies)
    return Figures(
        sum(each.feeds for each in figures), sum(each.requests for each in figures), latencies
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--feeds", type=int, default=2_000)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--fixed-part", type=float, default=0.05)
    chosen = parser.parse_args()
    feeds = make_feeds(chosen.feeds, chosen.hosts)
    some = feeds[:: max(1, round(1 / chosen.fixed_part))]  # they stand in the order of their kinds
    names = frozenset(feed.name for feed in some)
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_redis(Path(folder)) as url,
        ProcessPoolExecutor(chosen.processes, mp_context=get_context("spawn")) as pool,
    ):
        runs = {
            name: [
                pool.submit(play, pile, url, f"{name}-{number}", interval, names)
                for number, pile in enumerate(dealt(which, chosen.processes))
            ]
            for name, which, interval in (("adaptive", feeds, None), ("fixed", some, FIXED))
        }
        days = {name: [run.result() for run in waiting] for name, waiting in runs.items()}
    sys.exit(report(days))


def report(days: dict[str, list[Day]]) -> int:
    """Print it all; 1 when something is not as it should be."""
    print(f"adaptive, all:  {together([day.figures for day in days['adaptive']])}")
    adaptive, fixed = (
        together([day.compared for day in days[name]]) for name in ("adaptive", "fixed")
    )
    print(f"adaptive, some: {adaptive}")
    print(f"every 15 min:   {fixed}")
    print(f"requests per article, adaptive / fixed: {adaptive.per_article / fixed.per_article:.2f}")
    bad = False
    for name, each in days.items():
        close, early = sum(day.close for day in each), sum(day.early for day in each)
        share = sum(day.did for day in each) / sum(day.could for day in each)
        took = max(day.seconds for day in each)
        print(
            f"{name}: {close} within the delay, {early} before Retry-After, {share:.2%}"
            f" conditional; {took:.0f} s"
        )
        bad = bad or close > 0 or early > 0 or share < 0.99
    wrong = [sentence for day in days["adaptive"] for sentence in day.wrong]
    print(f"sources whose state is wrong at the end: {len(wrong)}")
    for sentence in wrong:
        print(f"  {sentence[:200]}")
    return int(bad or bool(wrong))


if __name__ == "__main__":
    main()
