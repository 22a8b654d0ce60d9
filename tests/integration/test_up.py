"""``newsloom --demo up`` as a person runs it: one process to start, one Ctrl-C to stop."""

import signal
import time
from pathlib import Path

import pytest

from pipeline.urls import url_id
from storage.redis.keys import Key
from tests.support.data.many_pages import address, write_articles
from tests.support.running_up import Up, demo_settings_in, kill_all, up
from tests.support.world import left_behind, wait_until
from workers.processes.heartbeat import ALWAYS_RUNNING

INTERVAL = 5.0
"""Seconds between two polls of the newsroom's sources."""


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
