"""The guard of a supervisor: real processes, and a supervisor that is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from storage.embedded_redis import embedded_redis
from storage.redis.connection import connect
from tests.support.world import wait_until
from workers.processes.guard import Guard

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
SUPERVISOR = """
import sys, time
from pathlib import Path
from workers.processes.guard import Guard
guard = Guard(Path(sys.argv[1]), Path(sys.argv[2]), ())
guard.watch_over(None, [int(pid) for pid in sys.argv[3:]])
print("told", flush=True)
time.sleep(60)
"""


@pytest.fixture
def members() -> Iterator[list[subprocess.Popen[bytes]]]:
    """One that ends when it is asked, one that does not, and one that is stopped."""
    programs = ["import time; time.sleep(60)", STUBBORN, "import time; time.sleep(60)"]
    started = [
        subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
        for program in programs
    ]
    started[2].send_signal(signal.SIGSTOP)
    yield started
    for process in started:
        process.kill()
        process.wait()


@contextmanager
def supervisor(folder: Path, redis_dir: Path, *members: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has told a guard what to watch over."""
    given = [str(folder), str(redis_dir), *map(str, members)]
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, *given],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"told\n"
        yield process
        process.kill()


def guards_in(folder: Path) -> list[psutil.Process]:
    running = psutil.process_iter(["cwd"])
    return [process for process in running if process.info["cwd"] == str(folder.resolve())]


def test_what_a_killed_supervisor_leaves_behind_is_ended(
    tmp_path: Path, members: list[subprocess.Popen[bytes]]
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    with supervisor(folder, tmp_path, *[member.pid for member in members]) as killed:
        assert len(guards_in(folder)) == 1
        killed.kill()
    started = time.monotonic()
    assert members[0].wait(5) == -signal.SIGTERM
    assert members[1].wait(15) == members[2].wait(15) == -signal.SIGKILL
    assert time.monotonic() - started < 15
    wait_until(lambda: guards_in(folder) == [], seconds=5, what="the guard has ended too")


def test_a_guard_that_is_dismissed_touches_nothing(
    tmp_path: Path, members: list[subprocess.Popen[bytes]]
) -> None:
    guard = Guard(tmp_path, None, ())
    guard.watch_over(None, [member.pid for member in members])
    guard.dismiss()
    assert guards_in(tmp_path) == []
    assert [member.poll() for member in members] == [None, None, None]


def test_a_guard_that_was_killed_or_hangs_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.processes.guard._HANGS_SECONDS", 1.0)
    monkeypatch.setattr("workers.processes.guard._TELL_EVERY", 0.2)
    guard = Guard(tmp_path, None, ())
    guard.watch_over(None, [])
    for number in (signal.SIGKILL, signal.SIGSTOP):
        [before] = guards_in(tmp_path)
        os.kill(before.pid, number)
        wait_until(
            partial(has_another_guard, tmp_path, before.pid),
            seconds=20,
            what="another guard runs",
            meanwhile=lambda: guard.watch_over(None, []),
        )
    guard.dismiss()
    assert guards_in(tmp_path) == []


def has_another_guard(folder: Path, before: int) -> bool:
    return {one.pid for one in guards_in(folder)} - {before} != set()


def test_a_redis_that_others_use_stays(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    with embedded_redis(tmp_path) as url, connect(url) as client:
        with supervisor(folder, tmp_path) as killed:
            killed.kill()
        wait_until(lambda: guards_in(folder) == [], seconds=15, what="the guard has ended")
        assert client.ping()
