"""The embedded Redis under the eyes of a process that uses it."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.embedded_redis import embedded_redis, socket_path
from storage.locks import exclusive
from storage.redis.connection import connect
from storage.redis_server import State, ask, has_ended, process_of
from storage.redis_watch import RedisWatch
from tests.support.world import wait_until


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="nl-") as name:
        yield Path(name)


def pid_of(folder: Path) -> int:
    pid = process_of(socket_path(folder), 1.0)
    assert pid
    return pid


def answers(folder: Path) -> bool:
    return ask(socket_path(folder), 1.0) is State.ANSWERS


def test_a_killed_server_is_started_again_on_its_data_and_ends_with_its_user(
    folder: Path,
) -> None:
    with embedded_redis(folder) as url:
        watch = RedisWatch(folder)
        with connect(url) as client:
            client.set("kept", "yes")
        watch.check()
        killed = pid_of(folder)
        os.kill(killed, signal.SIGKILL)
        assert has_ended(killed, 5)
        wait_until(lambda: answers(folder), seconds=10, what="it runs again", meanwhile=watch.check)
        again = pid_of(folder)
        assert again != killed
        with connect(url) as client:
            assert client.get("kept") == "yes"
    assert has_ended(again, 5)


def test_a_server_that_hangs_is_replaced_and_one_that_answers_is_not(folder: Path) -> None:
    with embedded_redis(folder):
        watch = RedisWatch(folder, hangs_seconds=1.0)
        frozen = pid_of(folder)
        end = time.monotonic() + 2.5
        wait_until(
            lambda: time.monotonic() > end, seconds=10, what="a while", meanwhile=watch.check
        )
        assert pid_of(folder) == frozen
        os.kill(frozen, signal.SIGSTOP)
        wait_until(
            lambda: has_ended(frozen, 0.0) and answers(folder),
            seconds=20,
            what="another one answers",
            meanwhile=watch.check,
        )


def test_a_server_hangs_only_while_somebody_looks(folder: Path) -> None:
    with embedded_redis(folder):
        watch = RedisWatch(folder, hangs_seconds=2.0)
        watch.check()
        frozen = pid_of(folder)
        os.kill(frozen, signal.SIGSTOP)
        time.sleep(3.0)  # such as a machine that sleeps, or a supervisor that is stopped
        watch.check()
        assert not has_ended(frozen, 0.2)
        os.kill(frozen, signal.SIGCONT)


def test_a_server_that_another_process_is_starting_gets_no_second_one(folder: Path) -> None:
    with embedded_redis(folder):
        watch = RedisWatch(folder)
        pid = pid_of(folder)
        with exclusive(folder / "redis.change.lock"):
            os.kill(pid, signal.SIGKILL)
            assert has_ended(pid, 5)
            watch.check()
            assert ask(socket_path(folder), 1.0) is State.GONE


def test_a_server_that_cannot_be_started_is_said_and_tried_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = folder / "redis-server"
    broken.write_text("#!/bin/sh\necho Redis server v=9.9.9\nexit 1\n")
    broken.chmod(0o755)
    with embedded_redis(folder):
        watch = RedisWatch(folder)
        pid = pid_of(folder)
        note = (folder / "redis" / "server.json").read_text()
        os.kill(pid, signal.SIGKILL)
        assert has_ended(pid, 5)
        (folder / "redis" / "server.json").unlink()
        with monkeypatch.context() as patched:
            patched.setenv("PATH", f"{folder}:{os.environ['PATH']}")
            watch.check()
        assert "cannot be started" in caplog.text
        (folder / "redis" / "server.json").write_text(note)
        wait_until(lambda: answers(folder), seconds=10, what="it runs again", meanwhile=watch.check)
