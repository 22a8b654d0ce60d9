"""``newsloom up`` when processes that it runs are killed or stopped."""

import os
import signal
from pathlib import Path

from tests.faults.conftest import Say
from tests.support.data.many_pages import write_articles
from tests.support.running_up import (
    QUICK,
    answers,
    demo_settings_in,
    lives,
    log_of,
    pids,
    redis_pid,
    seconds_until,
    up,
    wait_until_all_live,
)
from tests.support.world import left_behind, processes_of, wait_until
from workers.processes.heartbeat import ALWAYS_RUNNING

PAGES = 120


def test_a_redis_that_is_killed_under_load_is_started_again_and_loses_nothing(
    tmp_path: Path, say: Say
) -> None:
    write_articles(demo_settings_in(tmp_path), PAGES)
    with up(tmp_path, QUICK) as running:
        ledger = running.resources.stores.ledger
        wait_until(lambda: ledger.totals().indexed > 10, seconds=90, what="work is going on")
        assert ledger.totals().in_flight > 0
        os.kill(redis_pid(running), signal.SIGKILL)
        took = seconds_until(lambda: answers(running), seconds=10, what="it answers again")
        say(f"Redis killed: it answers again after {took:.1f} s")
        ended = seconds_until(
            lambda: ledger.totals().in_flight == 0 and ledger.totals().accepted >= PAGES,
            seconds=90,
            what="all has ended",
        )
        say(f"Redis killed: all work has ended after {ended:.1f} s more")
        totals = ledger.totals()
        assert totals.balanced
        assert totals == ledger.audit()
        assert totals.dead == 0
        assert running.resources.open_index().count() == totals.indexed >= PAGES
        assert running.stop() < 10
    assert left_behind(tmp_path) == {}
    assert "the embedded Redis has ended; it was started again" in log_of(tmp_path)


def test_a_redis_that_is_stopped_is_replaced(tmp_path: Path, say: Say) -> None:
    with up(tmp_path, QUICK) as running:
        wait_until_all_live(running)
        before = pids(running, ALWAYS_RUNNING)
        frozen = redis_pid(running)
        os.kill(frozen, signal.SIGSTOP)
        took = seconds_until(lambda: answers(running), seconds=40, what="it answers again")
        say(f"Redis stopped: another one answers after {took:.1f} s")
        assert redis_pid(running) != frozen
        wait_until_all_live(running)
        assert pids(running, ALWAYS_RUNNING) == before, "nobody else was restarted for that"
        assert running.stop() < 10
    assert left_behind(tmp_path) == {}


def test_idle_processes_that_are_stopped_are_replaced(tmp_path: Path, say: Say) -> None:
    roles = ("beat", "process", "index", "crawl")
    with up(tmp_path, QUICK) as running:
        running.wait_until_calm()
        wait_until_all_live(running)
        before = pids(running, roles)
        assert set(before) == set(roles)
        for pid in before.values():
            os.killpg(pid, signal.SIGSTOP)

        def all_are_new() -> bool:
            now = pids(running, roles)
            return len(now) == len(roles) and not set(now.values()) & set(before.values())

        took = seconds_until(all_are_new, seconds=30, what="all were replaced")
        wait_until_all_live(running)
        say(f"beat and three idle workers stopped: replaced after {took:.1f} s (limit 10 s)")
        assert not set(before.values()) & set(processes_of(tmp_path))
        assert running.stop() < 10


def test_a_fork_server_that_is_stopped_is_replaced_with_its_processes(
    tmp_path: Path, say: Say
) -> None:
    with up(tmp_path, QUICK) as running:
        wait_until_all_live(running)
        server, beat = running.server("fork server"), running.member("beat")
        assert server
        assert beat
        server.suspend()
        beat.kill()

        def has_new_beat() -> bool:
            member = running.member("beat")
            return member is not None and member.pid != beat.pid

        took = seconds_until(has_new_beat, seconds=60, what="beat runs again")
        say(f"fork server stopped and beat killed: all replaced after {took:.1f} s")
        wait_until(lambda: not lives(server), seconds=5, what="the server is gone")
        wait_until_all_live(running)
        assert running.stop() < 12
    assert left_behind(tmp_path) == {}
    assert "the fork server is replaced" in log_of(tmp_path)


def test_a_guard_that_is_killed_is_replaced(tmp_path: Path) -> None:
    with up(tmp_path, QUICK) as running:
        wait_until(lambda: running.member("beat"), seconds=60, what="beat runs")
        guard = running.server("guard")
        assert guard
        guard.kill()
        wait_until(
            lambda: not lives(guard) and running.server("guard"),
            seconds=10,
            what="another guard runs",
        )
        assert running.stop() < 10
