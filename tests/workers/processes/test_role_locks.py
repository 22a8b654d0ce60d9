"""Locks on the roles of a data folder; of this process and of one that is killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workers.processes.role_locks import AlreadyRunning, role_locks

HOLD = """
import subprocess, sys
from pathlib import Path
from workers.processes.role_locks import role_locks
with role_locks(Path(sys.argv[1]), ["beat"], print) as held:
    subprocess.Popen(["sleep", "1.5"], pass_fds=held, stdout=subprocess.DEVNULL)
    print("held", flush=True)
    sys.stdin.read()
"""


def refuse(_holder: int) -> None:
    pytest.fail("nobody was killed")


def test_a_role_is_held_once_and_others_beside_it(tmp_path: Path) -> None:
    with role_locks(tmp_path, ["beat", "crawl"], refuse):
        message = rf"beat runs already on {tmp_path}, by process {os.getpid()}: stop that one"
        with pytest.raises(AlreadyRunning, match=message), role_locks(tmp_path, ["beat"], refuse):
            pass
        with (
            role_locks(tmp_path, ["index"], refuse),
            role_locks(tmp_path / "other", ["beat"], refuse),
        ):
            pass
    with role_locks(tmp_path, ["beat"], refuse) as held:
        assert len(held) == 1


def test_a_refusal_gives_back_what_was_taken_before(tmp_path: Path) -> None:
    with role_locks(tmp_path, ["beat"], refuse):
        with pytest.raises(AlreadyRunning), role_locks(tmp_path, ["crawl", "beat"], refuse):
            pass
        with role_locks(tmp_path, ["crawl"], refuse):
            pass


def test_containers_that_share_a_folder_do_not_exclude_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with role_locks(tmp_path, ["process"], refuse):
        monkeypatch.setattr("workers.processes.role_locks.gethostname", lambda: "other")
        with role_locks(tmp_path, ["process"], refuse):
            pass


def test_a_killed_process_is_waited_for_until_its_guard_lets_go_too(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match=str(holder.pid)):
            take(tmp_path, refuse)
        holder.kill()
    waited: list[int] = []
    started = time.monotonic()
    take(tmp_path, waited.append)
    assert 0.2 < time.monotonic() - started < 10
    assert waited == [holder.pid]


def take(folder: Path, on_wait: Callable[[int], None]) -> None:
    with role_locks(folder, ["beat"], on_wait):
        pass
