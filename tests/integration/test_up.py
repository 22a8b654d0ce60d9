"""``newsloom --demo up`` as a person runs it: one process to start, one Ctrl-C to stop."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.settings import Settings
from demo.place import demo_settings
from pipeline.urls import url_id
from storage.embedded_redis import socket_path
from storage.redis.keys import Key
from tests.cli.conftest import COMMAND
from tests.support.data.many_pages import address, write_articles
from tests.support.world import left_behind, processes_of, wait_until
from workers.processes.heartbeat import ALWAYS_RUNNING
from workers.resources import Resources

INTERVAL = 5.0
"""Seconds between two polls of the newsroom's sources."""


@dataclass
class Up:
    """A running ``newsloom --demo up``."""

    process: subprocess.Popen[str]
    folder: Path
    resources: Resources

    def newsloom(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return newsloom(self.folder, *arguments)

    def wait_until_calm(self) -> None:
        """All members live, all sources were polled, and what they announced has ended."""
        stores = self.resources.stores

        def calm() -> bool:
            polled = [
                stores.sources.state(name).last_poll for name in self.resources.registry.all()
            ]
            return (
                all(polled)
                and stores.ledger.totals().in_flight == 0 < stores.ledger.totals().accepted
            )

        wait_until(calm, seconds=90, what="all that the sources announced has ended")

    def stop(self) -> float:
        """One Ctrl-C; the seconds until all was over."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(30) == 0
        return time.monotonic() - started


def newsloom(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments],
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLOOM_")}
    return {
        **kept,
        "NEWSLOOM_DATA_DIR": str(folder),
        "NEWSLOOM_LEASE_SECONDS": "6",
        "NEWSLOOM_TASK_SECONDS": "4",
        "NEWSLOOM_HOST_CONCURRENCY": "50",
    }


@contextmanager
def up(folder: Path) -> Iterator[Up]:
    """``newsloom --demo up`` in a data folder, killed at the end if it still runs."""
    with (folder / "up.log").open("a") as log:
        process = subprocess.Popen(
            [COMMAND, "--demo", "up"],
            env=environment(folder),
            cwd=folder,
            stdout=log,
            stderr=log,
            text=True,
        )
    running = Up(process, folder, Resources(demo_settings_in(folder)))
    try:
        wait_until(lambda: answers(running), seconds=30, what="the embedded Redis is up")
        yield running
    finally:
        kill_all(folder)
        process.wait()


def demo_settings_in(folder: Path) -> Settings:
    return demo_settings(Settings(data_dir=folder, _env_file=None))  # type: ignore[call-arg]


def answers(running: Up) -> bool:
    socket = str(socket_path(running.resources.settings.data_dir))
    with (
        suppress(redis.RedisError),
        redis.Redis(unix_socket_path=socket, retry=Retry(NoBackoff(), 0)) as client,
    ):
        return bool(client.ping())
    return False


def kill_all(folder: Path) -> None:
    """kill -9 of everything that belongs to a data folder, Redis included, until it is gone."""

    def none_left() -> bool:
        for pid in processes_of(folder):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not processes_of(folder)

    wait_until(none_left, seconds=20, what="all processes are gone")


def test_an_article_is_found_in_time_and_a_restart_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with up(tmp_path) as running:
        running.wait_until_calm()
        totals = running.resources.stores.ledger.totals()
        assert totals.balanced
        assert totals.indexed > 40

        published = running.newsloom(
            "demo", "publish", "Zeppelin lands on pier", "A zeppelin landed on the pier. " * 9
        )
        assert published.returncode == 0, published.stderr
        started = time.monotonic()
        wait_until(
            lambda: found(running, "zeppelin"),
            seconds=4 * (INTERVAL + 2),
            what="the new article is found",
        )
        seconds = time.monotonic() - started
        took = running.stop()
        text = (
            f"\n[up] found {seconds:.1f} s after it was published (interval {INTERVAL:g} s),"
            f" stopped in {took:.1f} s"
        )
        with capsys.disabled():
            print(text)  # noqa: T201 - a measured figure
        assert took < 10
        assert left_behind(tmp_path) == {}

    with up(tmp_path) as again:
        again.wait_until_calm()
        polled_before = time.time()
        wait_until(
            lambda: all(
                (again.resources.stores.sources.state(name).last_poll or 0) > polled_before
                for name in again.resources.registry.all()
                if not again.resources.stores.sources.state(name).failures
            ),
            seconds=60,
            what="the sources are polled again",
        )
        after = again.resources.stores.ledger.totals()
        assert (after.accepted, after.indexed) == (totals.accepted + 1, totals.indexed + 1)
        assert again.resources.open_index().count() == after.indexed
        assert again.stop() < 10


def found(running: Up, word: str) -> bool:
    return running.newsloom("demo", "search", word).returncode == 0


def test_what_was_in_flight_at_a_kill_of_everything_is_finished(tmp_path: Path) -> None:
    folder = write_articles(demo_settings_in(tmp_path), 120)
    with up(tmp_path) as running:
        ledger = running.resources.stores.ledger
        wait_until(lambda: ledger.totals().indexed > 20, seconds=90, what="work is going on")
        before = ledger.totals()
        assert before.leased > 0
        kill_all(tmp_path)

    with up(tmp_path) as again:
        again.wait_until_calm()
        ledger, index = again.resources.stores.ledger, again.resources.open_index()
        totals = ledger.totals()
        assert totals.balanced
        assert totals == ledger.audit()
        assert totals.accepted >= before.accepted
        assert totals.dead == 0
        assert index.count() == totals.indexed
        ids = [url_id(address(number, folder)) for number in range(120)]
        assert [one for one in ids if index.get(one) is None] == []
        assert any(event["event"] == "taken back" for one in ids for event in ledger.trace(one))
        assert again.stop() < 10
    assert left_behind(tmp_path) == {}


def test_stopping_right_after_the_start_and_twice_leaves_nothing(tmp_path: Path) -> None:
    with up(tmp_path) as running:
        for _ in range(3):
            running.process.send_signal(signal.SIGINT)
            time.sleep(0.03)
        assert running.process.wait(30) == 0
        assert left_behind(tmp_path) == {}


def test_term_stops_it_as_well_and_status_knew_who_lived(tmp_path: Path) -> None:
    with up(tmp_path) as running:
        stores = running.resources.stores
        pulse = stores.keyspace.key(Key.HEARTBEAT)
        wait_until(
            lambda: (
                {name.partition("@")[0] for name in stores.keyspace.client.hgetall(pulse)}
                >= set(ALWAYS_RUNNING)
            ),
            seconds=60,
            what="all give a pulse",
        )
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(30) == 0
        assert left_behind(tmp_path) == {}
    assert "Traceback" not in (tmp_path / "up.log").read_text()
