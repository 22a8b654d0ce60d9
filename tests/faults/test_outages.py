"""Redis, Elasticsearch, workers and beat go away in the middle of the work and come back.

Nothing is lost.
"""

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from pipeline.urls import url_id
from storage.redis.ledger import Totals
from tests.faults.test_kill import QUICK, member, wait_for_indexed
from tests.support.data.many_pages import address, write_articles
from tests.support.servers.redis_server import redis_server
from tests.support.servers.tcp_proxy import Proxy
from tests.support.world import World, processes_of, running, wait_until
from workers.roles import ROLES

PAGES = 100


def urls_of(world: World, count: int = PAGES) -> list[str]:
    folder = world.settings.data_dir / "newsroom"
    return [address(number, folder) for number in range(count)]


def check_all_indexed(world: World, urls: list[str], totals: Totals) -> None:
    assert (totals.accepted, totals.indexed, totals.dead) == (len(urls), len(urls), 0)
    assert totals.balanced
    assert totals == world.resources.stores.ledger.audit()
    assert world.resources.index.count() == len(urls)
    assert [url for url in urls if world.resources.index.get(url_id(url)) is None] == []


def say(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        print(f"\n[outages] {text}")  # noqa: T201 - a measured figure


def test_redis_killed_and_started_again_in_the_middle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = {**QUICK, "stall_seconds": 5.0, "host_concurrency": 50}
    with (
        redis_server(tmp_path / "redis") as server,
        running(
            tmp_path,
            newsroom=lambda settings: write_articles(settings, PAGES),
            delay=0.05,
            redis_url=server.url,
            **quick,
        ) as world,
    ):
        urls = urls_of(world)
        world.accept(urls)
        for indexed in (15, 40):
            wait_for_indexed(world, indexed)
            server.kill()
            server.start()
        started = time.monotonic()
        totals = world.wait_for_end(seconds=90)

        check_all_indexed(world, urls, totals)
        say(
            capsys,
            f"all indexed {time.monotonic() - started:.1f} s after the second restart of Redis",
        )


def test_a_redis_that_is_away_for_a_while_is_waited_for(tmp_path: Path) -> None:
    quick = {**QUICK, "stall_seconds": 3.0, "lease_seconds": 12.0, "host_concurrency": 50}
    with (
        redis_server(tmp_path / "redis") as server,
        running(
            tmp_path,
            newsroom=lambda settings: write_articles(settings, 40),
            delay=0.05,
            redis_url=server.url,
            **quick,
        ) as world,
    ):
        urls = urls_of(world, 40)
        world.accept(urls)
        wait_for_indexed(world, 5)
        server.kill()
        gone = time.monotonic()
        wait_until(
            lambda: time.monotonic() - gone > 4,
            seconds=60,
            what="a while is over",
            meanwhile=world.supervisor.check,
        )
        server.start()

        check_all_indexed(world, urls, world.wait_for_end(seconds=90))


def test_elasticsearch_away_in_the_middle_of_indexing(
    tmp_path: Path, elasticsearch_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = urlsplit(elasticsearch_url)
    assert parts.port
    with Proxy(parts.port, parts.hostname or "127.0.0.1") as proxy:
        login = parts.netloc.rpartition("@")[0]
        through = f"http://{login + '@' if login else ''}127.0.0.1:{proxy.port}"
        options: dict[str, Any] = {
            "index_url": through,
            "namespace": f"test-{uuid4().hex[:12]}",
            **QUICK,
        }
        with running(
            tmp_path,
            newsroom=lambda settings: write_articles(settings, PAGES),
            delay=0.02,
            **options,
        ) as world:
            urls = urls_of(world)
            world.accept(urls)
            wait_for_indexed(world, 10)
            proxy.refuse()
            ledger, before = world.resources.stores.ledger, time.monotonic()
            wait_until(
                lambda: any(
                    "not available" in str(event)
                    for url in urls
                    for event in ledger.trace(url_id(url))
                ),
                seconds=60,
                what="a URL met the outage",
                meanwhile=world.supervisor.check,
            )
            proxy.restore()
            away = time.monotonic() - before
            totals = world.wait_for_end(seconds=90)
            say(
                capsys,
                f"all indexed {time.monotonic() - before - away:.1f} s after Elasticsearch was"
                " back",
            )

            check_all_indexed(world, urls, totals)
            world.resources.index.close()


def test_a_frozen_worker_with_messages_in_its_hands_is_killed(tmp_path: Path) -> None:
    with running(
        tmp_path, newsroom=lambda settings: write_articles(settings, 60), delay=0.02, **QUICK
    ) as world:
        urls = urls_of(world, 60)
        world.accept(urls[:30])
        wait_for_indexed(world, 5)
        frozen = member(world, "process")
        os.killpg(frozen, signal.SIGSTOP)
        world.accept(urls[30:])
        ledger, started = world.resources.stores.ledger, time.monotonic()
        wait_until(
            lambda: ledger.totals().leased > 0 and time.monotonic() - started > 1,
            seconds=20,
            what="it holds work",
        )
        os.killpg(frozen, signal.SIGKILL)

        check_all_indexed(world, urls, world.wait_for_end(seconds=90))


def test_a_frozen_worker_is_restarted_by_the_watchdog(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(
        tmp_path,
        newsroom=lambda settings: write_articles(settings, 30),
        **{**QUICK, "stall_seconds": 3.0},
    ) as world:
        urls = urls_of(world, 30)
        world.accept(urls[:1])
        world.wait_for_end()
        frozen = member(world, "process")
        os.killpg(frozen, signal.SIGSTOP)
        started = time.monotonic()
        world.accept(urls[1:])
        totals = world.wait_for_end(seconds=90)

        say(
            capsys,
            f"all indexed {time.monotonic() - started:.1f} s after a worker froze (stall 3 s,"
            " lease 6 s)",
        )
        check_all_indexed(world, urls, totals)
        assert member(world, "process") != frozen
        assert frozen not in processes_of(tmp_path)


def test_the_watchdog_leaves_workers_alone_that_were_only_idle(tmp_path: Path) -> None:
    """A queue that waits for a moment after a rest longer than the limit has not stalled."""
    limit = 6.0
    options = {**QUICK, "stall_seconds": limit, "process_workers": 1, "batch_size": 1}
    with running(
        tmp_path, newsroom=lambda settings: write_articles(settings, 20), **options
    ) as world:
        urls = urls_of(world, 20)
        world.accept(urls[:1])
        world.wait_for_end()
        before = {role: member(world, role) for role in ROLES}
        rested = time.monotonic()
        wait_until(
            lambda: time.monotonic() - rested > limit + 2,
            seconds=30,
            what="they rested",
            meanwhile=world.supervisor.check,
        )
        world.accept(urls[1:])
        check_all_indexed(world, urls, world.wait_for_end(seconds=60))

        assert {role: member(world, role) for role in ROLES} == before


SOURCES = """
- {id: harbour-post, feed: 'http://harbour-post.example/feed/', interval: 2s, delay: 0s}
- {id: stadtbote, feed: 'http://stadtbote.example/atom.xml', interval: 2s, delay: 0s}
"""


def polls(world: World) -> dict[str, list[float]]:
    """The moments at which each feed was asked for."""
    feeds = {"/feed/": "harbour-post", "/atom.xml": "stadtbote"}
    found: dict[str, list[float]] = defaultdict(list)
    for access in world.server.log:
        if access.path in feeds:
            found[feeds[access.path]].append(access.at)
    return found


def test_none_or_two_beats_poll_each_source_once_per_interval(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sources.yaml").write_text(SOURCES)
    with running(tmp_path, sources=tmp_path / "sources.yaml") as world:
        [beat] = [one for one in world.supervisor.processes if one.role == "beat"]
        command = [sys.executable, "-m", *beat.command]
        environment = {**os.environ, **world.settings.environment(), "PYTHONUNBUFFERED": "1"}
        with (
            (tmp_path / "beat.log").open("wb") as log,
            subprocess.Popen(command, env=environment, stdout=log, stderr=log) as second,
        ):
            try:
                wait_until(
                    lambda: b"is starting" in (tmp_path / "beat.log").read_bytes(),
                    seconds=60,
                    what="the second beat starts",
                    meanwhile=world.supervisor.check,
                )
                wait_until(
                    lambda: (
                        all(len(at) >= 4 for at in polls(world).values()) and len(polls(world)) == 2
                    ),
                    seconds=60,
                    what="each source was polled four times",
                    meanwhile=world.supervisor.check,
                )
                assert second.poll() is None
                gaps = [b - a for at in polls(world).values() for a, b in pairwise(at)]
                # The next poll is due an interval after the last one began; only the ways to the
                # server may differ. Polled by both, a source would be asked again within a tick.
                assert min(gaps) > 1.0, gaps
                say(
                    capsys,
                    f"two beats: {min(gaps):.2f} to {max(gaps):.2f} s between polls (interval 2 s)",
                )

                # No beat for a moment: the supervisor starts one again, and the polls go on.
                second.kill()
                assert beat.process
                beat.process.kill()
                count = {name: len(at) for name, at in polls(world).items()}
                wait_until(
                    lambda: all(len(at) >= count[name] + 2 for name, at in polls(world).items()),
                    seconds=60,
                    what="the polls go on",
                    meanwhile=world.supervisor.check,
                )
            finally:
                second.kill()
        gaps = [b - a for at in polls(world).values() for a, b in pairwise(at)]
        assert min(gaps) > 1.5, gaps
        assert world.wait_for_end().balanced
