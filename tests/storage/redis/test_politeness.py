"""A host's delay and concurrency hold across threads and processes."""

import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import pytest

from pipeline.crawl.robots import Robots
from storage.open import Stores
from storage.redis.keys import Key
from storage.redis.politeness import HostBusy, Politeness
from tests.support.slot_asker import asker

ROOT = Path(__file__).parents[3]
LENIENCY = 0.15
"""Seconds: on a busy machine a start is recorded a moment after its slot has come."""


@pytest.fixture
def politeness(stores: Stores) -> Politeness:
    return stores.politeness


async def _together(*tasks: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async with anyio.create_task_group() as group:
        for task in tasks:
            group.start_soon(task)


def _most_at_once(spans: list[tuple[float, float]]) -> int:
    return max(sum(begin <= start < end for begin, end in spans) for start, _ in spans)


def _gaps(spans: list[tuple[float, float]]) -> list[float]:
    starts = sorted(start for start, _ in spans)
    return [later - earlier for earlier, later in pairwise(starts)]


def test_requests_keep_their_distance(politeness: Politeness) -> None:
    spans: list[tuple[float, float]] = []
    anyio.run(_together, *[asker(politeness, spans, delay=0.3, concurrency=5)] * 5)
    assert len(spans) == 5
    assert min(_gaps(spans)) >= 0.3 - LENIENCY
    assert sum(_gaps(spans)) >= 4 * 0.3 - LENIENCY


def test_no_more_than_the_concurrency_are_under_way(politeness: Politeness) -> None:
    spans: list[tuple[float, float]] = []
    anyio.run(_together, *[asker(politeness, spans, delay=0.0, concurrency=2, work=0.1)] * 6)
    assert len(spans) == 6
    assert _most_at_once(spans) == 2


def test_hosts_do_not_wait_for_each_other(politeness: Politeness) -> None:
    spans: list[tuple[float, float]] = []
    started = time.time()
    askers = [
        asker(politeness, spans, host=f"{name}.example", delay=5, concurrency=1) for name in "abcd"
    ]
    anyio.run(_together, *askers)
    assert time.time() - started < 1


def test_the_delay_counts_from_the_moment_the_answer_begins(politeness: Politeness) -> None:
    began: list[float] = []

    async def slow_to_arrive() -> None:
        async with politeness.slot(
            "a.example", delay=0.2, concurrency=3, patience=30, hold=60
        ) as arrived:
            await anyio.sleep(0.4)
            began.append(time.time())
            await arrived()
            await anyio.sleep(1.0)  # the rest of the body holds up nobody

    started: list[tuple[float, float]] = []

    async def run() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(slow_to_arrive)
            await anyio.sleep(0.1)
            group.start_soon(asker(politeness, started, delay=0.2, concurrency=3))

    anyio.run(run)
    assert 0.2 <= started[0][0] - began[0] < 0.8


def test_without_a_delay_nobody_waits_for_an_answer_to_begin(politeness: Politeness) -> None:
    spans: list[tuple[float, float]] = []
    anyio.run(_together, *[asker(politeness, spans, delay=0.0, concurrency=3, work=0.3)] * 3)
    assert _most_at_once(spans) == 3


def test_a_pause_is_not_shortened_by_an_answer_that_begins(politeness: Politeness) -> None:
    async def answered_with_a_pause() -> None:
        async with politeness.slot(
            "a.example", delay=0.1, concurrency=2, patience=1, hold=60
        ) as arrived:
            politeness.pause("a.example", 60)
            await arrived()

    async def impatient() -> None:
        async with politeness.slot("a.example", delay=0.1, concurrency=2, patience=1, hold=60):
            pytest.fail("the host is to rest")

    anyio.run(answered_with_a_pause)
    with pytest.raises(HostBusy):
        anyio.run(impatient)


def _process(redis_url: str, namespace: str, *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.support.processes.holding_process",
            redis_url,
            namespace,
            *map(str, words),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_delay_and_concurrency_hold_across_processes(redis_url: str, namespace: str) -> None:
    processes = [_process(redis_url, namespace, "ask", 4, 0.1, 1, 0.15) for _ in range(2)]
    printed = "".join(process.communicate(timeout=60)[0] for process in processes)
    spans = [
        (float(start), float(end)) for start, end in (line.split() for line in printed.splitlines())
    ]
    assert len(spans) == 8
    assert _most_at_once(spans) == 1
    assert min(_gaps(spans)) >= 0.15  # each holds its slot for so long


def test_the_slot_of_a_holder_who_died_lapses(
    redis_url: str, namespace: str, politeness: Politeness
) -> None:
    holder = _process(redis_url, namespace, "keep", 1.5)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    held = time.time()
    holder.kill()
    holder.communicate(timeout=10)
    spans: list[tuple[float, float]] = []
    anyio.run(asker(politeness, spans, delay=0.0, concurrency=1))
    assert 1.0 < spans[0][0] - held < 4


def test_a_slot_is_given_back_also_after_an_error(politeness: Politeness) -> None:
    async def fail() -> None:
        async with politeness.slot("a.example", delay=0.0, concurrency=1, patience=1, hold=60):
            raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            anyio.run(fail)


def test_a_slot_is_given_back_when_its_holder_is_cancelled(politeness: Politeness) -> None:
    async def cancelled() -> None:
        # The last one is cancelled while it waits for its time to come.
        for delay in (0.0, 1.0, 1.0):
            with anyio.move_on_after(0.2):
                async with politeness.slot(
                    "a.example", delay=delay, concurrency=1, patience=5, hold=60
                ):
                    await anyio.sleep(5)

    anyio.run(cancelled)
    spans: list[tuple[float, float]] = []
    started = time.time()
    anyio.run(asker(politeness, spans, delay=0.0, concurrency=1))
    assert time.time() - started < 3


def test_who_would_wait_too_long_is_told_when_to_come_back(politeness: Politeness) -> None:
    async def impatient() -> None:
        async with politeness.slot("a.example", delay=0.0, concurrency=1, patience=1, hold=60):
            pytest.fail("the host is to rest")

    politeness.pause("a.example", 60)
    with pytest.raises(HostBusy) as caught:
        anyio.run(impatient)
    assert caught.value.host == "a.example"
    assert 58 < caught.value.seconds <= 60
    spans: list[tuple[float, float]] = []
    anyio.run(asker(politeness, spans, host="b.example", delay=0.0, concurrency=1))
    assert len(spans) == 1


def test_a_full_host_is_given_up_after_the_patience(politeness: Politeness) -> None:
    async def held() -> None:
        async with politeness.slot("a.example", delay=0.0, concurrency=1, patience=1, hold=60):
            started = time.time()
            with pytest.raises(HostBusy):
                async with politeness.slot(
                    "a.example", delay=0.0, concurrency=1, patience=0.3, hold=60
                ):
                    pytest.fail("there is no second slot")
            assert 0.2 < time.time() - started < 3

    anyio.run(held)


def test_robots_are_cached_by_origin(stores: Stores) -> None:
    politeness = stores.politeness
    robots = Robots(access="rules", text="User-agent: *\nDisallow: /ü")
    politeness.keep_robots("https://a.example", robots, seconds=100)
    assert politeness.robots("https://a.example") == robots
    assert politeness.robots("http://a.example") is None
    assert (
        0 < stores.keyspace.client.ttl(stores.keyspace.key(Key.ROBOTS, "https://a.example")) <= 100
    )


def test_how_long_robots_are_still_kept_is_known(politeness: Politeness) -> None:
    assert politeness.robots_last("http://a.example") == 0
    politeness.keep_robots("http://a.example", Robots(access="none"), seconds=90.5)
    assert 85 < politeness.robots_last("http://a.example") <= 90.5
