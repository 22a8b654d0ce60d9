"""``newsloom up`` when its own processes are killed or stopped, and when it is killed itself."""

import os
import pty
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from storage.embedded_redis import socket_path
from storage.redis_server import process_of
from tests.cli.conftest import COMMAND
from tests.support.data.many_pages import write_articles
from tests.support.running_up import (
    Up,
    answers,
    demo_settings_in,
    environment,
    kill_all,
    title_of,
    up,
)
from tests.support.world import left_behind, processes_of, wait_until
from workers.processes.heartbeat import ALWAYS_RUNNING, heartbeats
from workers.resources import Resources

QUICK = {"NEWSLOOM_STALL_SECONDS": "3"}
"""A process without a sign of life is restarted after ten seconds then, the least there is."""

GONE_SECONDS = 15.0
PAGES = 120

Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Print a measured figure."""

    def show(text: str) -> None:
        with capsys.disabled():
            print(f"\n[supervisor] {text}")  # noqa: T201 - see above

    return show


def wait_until_all_live(running: Up) -> None:
    keyspace = running.resources.stores.keyspace

    def live() -> bool:
        now = time.time()
        found = heartbeats(keyspace)
        return all(now - found.get(role, 0.0) < 5 for role in ALWAYS_RUNNING)

    wait_until(live, seconds=60, what="all give a heartbeat")


def pids(running: Up, roles: tuple[str, ...]) -> dict[str, int]:
    found = {role: running.member(role) for role in roles}
    return {role: process.pid for role, process in found.items() if process}


def redis_pid(running: Up) -> int:
    pid = process_of(socket_path(running.resources.settings.data_dir), 1.0)
    assert pid
    return pid


def seconds_until(done: Callable[[], object], *, seconds: float, what: str) -> float:
    started = time.monotonic()
    wait_until(done, seconds=seconds, what=what)
    return time.monotonic() - started


def family_of(running: Up) -> list[psutil.Process]:
    """All that ``up`` has started, directly or not, and all that runs on its folder."""
    started = psutil.Process(running.process.pid).children(recursive=True)
    of_folder = [psutil.Process(pid) for pid in processes_of(running.folder)]
    return list({process.pid: process for process in [*started, *of_folder]}.values())


def lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def wait_until_gone(family: list[psutil.Process]) -> float:
    return seconds_until(
        lambda: not any(map(lives, family)), seconds=GONE_SECONDS, what="all have ended"
    )


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


def log_of(folder: Path) -> str:
    return (folder / "up.log").read_text()


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
    assert "the fork server hangs" in log_of(tmp_path)


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


@pytest.mark.parametrize(
    "fault", ["none", "workers stopped", "fork server stopped", "Redis stopped"]
)
def test_nothing_is_left_when_it_is_killed_and_another_one_works(
    tmp_path: Path, fault: str, say: Say
) -> None:
    with up(tmp_path, QUICK) as running:
        running.wait_until_calm()
        wait_until_all_live(running)
        indexed = running.resources.stores.ledger.totals().indexed
        family = family_of(running)
        titles = " ".join(map(title_of, family))
        for name in ("guard", "fork server", "resource_tracker", "redis-server", "beat"):
            assert name in titles
        stop(running, fault)
        running.process.kill()
        took = wait_until_gone(family)
        say(f"up killed ({fault}): nothing is left after {took:.1f} s")
        assert left_behind(tmp_path) == {}

    with up(tmp_path, QUICK) as again:
        wait_until_all_live(again)
        assert again.resources.stores.ledger.totals().indexed >= indexed > 0
        assert again.stop() < 10
    assert left_behind(tmp_path) == {}


def stop(running: Up, fault: str) -> None:
    """Freeze what the fault names."""
    match fault:
        case "workers stopped":
            for pid in pids(running, ("process", "index", "beat")).values():
                os.killpg(pid, signal.SIGSTOP)
        case "fork server stopped":
            server = running.server("fork server")
            assert server
            server.suspend()
        case "Redis stopped":
            os.kill(redis_pid(running), signal.SIGSTOP)


def test_another_one_waits_for_the_processes_of_one_that_was_killed(tmp_path: Path) -> None:
    with up(tmp_path, QUICK) as running:
        wait_until_all_live(running)
        os.killpg(pids(running, ("index",))["index"], signal.SIGSTOP)
        redis = redis_pid(running)
        family = [process for process in family_of(running) if process.pid != redis]
        running.process.kill()
        running.process.wait()
        with up(tmp_path, QUICK) as again:
            wait_until(
                lambda: "Running crawl" in log_of(tmp_path).partition("was killed; waiting")[2],
                seconds=30,
                what="it waited and runs",
            )
            assert not any(map(lives, family)), "its workers began beside the old ones"
            assert again.stop() < 10


def test_a_second_one_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with up(tmp_path, QUICK) as running:
        wait_until(lambda: running.member("beat"), seconds=60, what="beat runs")
        for arguments in (("up",), ("up", "beat")):
            second = running.newsloom("--demo", *arguments)
            folder = running.resources.settings.data_dir
            assert second.returncode == 1
            assert f"runs already on {folder}, by process {running.process.pid}" in second.stderr
        # A role that does not run there may run beside it.
        with subprocess.Popen(
            [COMMAND, "--demo", "up", "web"],
            env=environment(tmp_path, {"NEWSLOOM_WEB_PORT": "0"}),
            stderr=subprocess.PIPE,
            text=True,
        ) as other:
            assert other.stderr
            assert "Running web" in other.stderr.readline()
            other.send_signal(signal.SIGTERM)
            other.communicate(timeout=30)
        assert other.returncode == 0
        assert answers(running), "Redis belongs to the first one still"
        assert running.stop() < 10


def test_a_closed_terminal_ends_it_as_ctrl_c_does(tmp_path: Path, say: Say) -> None:
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "--demo", "up"],
        env=environment(tmp_path, QUICK),
        cwd=tmp_path,
        pass_fds=[terminal],
        preexec_fn=lambda: os.login_tty(terminal),  # noqa: PLW1509 - one system call
        text=True,
    )
    os.close(terminal)
    try:
        running = Up(process, tmp_path, Resources(demo_settings_in(tmp_path)))
        wait_until(lambda: answers(running), seconds=30, what="the embedded Redis is up")
        wait_until_all_live(running)
        family = family_of(running)
        os.close(master)
        took = wait_until_gone(family)
        say(f"terminal closed: all has ended after {took:.1f} s")
        assert process.wait(5) == 0
    finally:
        kill_all(tmp_path)
        process.wait()
