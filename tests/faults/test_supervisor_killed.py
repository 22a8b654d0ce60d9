"""``newsloom up`` when it is killed itself, started twice, or its terminal is closed."""

import os
import pty
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.cli.conftest import COMMAND
from tests.faults.conftest import Say
from tests.support.running_up import (
    QUICK,
    Up,
    answers,
    demo_settings_in,
    environment,
    family_of,
    kill_all,
    lives,
    log_of,
    pids,
    redis_pid,
    title_of,
    up,
    wait_until_all_live,
    wait_until_gone,
)
from tests.support.world import left_behind, wait_until
from workers.resources import Resources


@pytest.mark.parametrize(
    "fault", ["none, log in JSON", "workers stopped", "fork server stopped", "Redis stopped"]
)
def test_nothing_is_left_when_it_is_killed_and_another_one_works(
    tmp_path: Path, fault: str, say: Say
) -> None:
    style = "json" if "log in JSON" in fault else "text"
    with up(tmp_path, {**QUICK, "NEWSLOOM_LOG_FORMAT": style}) as running:
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


def test_nothing_is_left_when_it_is_killed_while_it_starts(tmp_path: Path) -> None:
    """The fork server imports for seconds; what it forks then has no supervisor any more."""
    with subprocess.Popen(
        [COMMAND, "--demo", "up"], env=environment(tmp_path, QUICK), cwd=tmp_path
    ) as process:
        starter = psutil.Process(process.pid)
        wait_until(
            lambda: any("forkserver" in title_of(child) for child in starter.children()),
            seconds=30,
            what="the fork server starts",
        )
        family = starter.children(recursive=True)
        process.kill()
    wait_until_gone(family)
    assert left_behind(tmp_path) == {}


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
            wait_until_all_live(again)
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
            [COMMAND, "--demo", "up", "flower"],
            env=environment(tmp_path, {"NEWSLOOM_FLOWER_PORT": "0"}),
            stderr=subprocess.PIPE,
            text=True,
        ) as other:
            assert other.stderr
            assert any("Running flower" in line for line in other.stderr)
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
