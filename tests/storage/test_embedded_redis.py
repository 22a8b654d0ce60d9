"""The Redis server of a data folder: shared, handed over, and as durable as its file."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

import psutil
import pytest
import redis

from storage.embedded_redis import EmbeddedRedisError, embedded_redis, socket_path
from storage.locks import exclusive
from storage.redis.connection import connect

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for a socket, and no server is left in it."""
    with tempfile.TemporaryDirectory(prefix="nl-") as name:
        path = Path(name)
        yield path
        for process in _servers(path):
            process.kill()
            process.wait(10)


def _servers(folder: Path) -> list[psutil.Process]:
    place = str(folder.resolve())
    found = []
    for process in psutil.process_iter(["name", "cmdline", "cwd", "status"]):
        seen = process.info
        if "redis-server" in (seen["name"] or "") and (seen["cwd"] or "").startswith(place):
            found.append(process)
    return found


def _pid(url: str) -> int:
    with connect(url) as client:
        return int(cast("dict[str, int]", client.info("server"))["process_id"])


def _start_user(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.processes.using_process", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _url_of(user: subprocess.Popen[str]) -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


@contextmanager
def _other_user(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = _start_user(folder)
    try:
        yield process, _url_of(process)
    finally:
        process.communicate(timeout=20)


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the server is still there"
        time.sleep(0.02)


def test_it_starts_is_private_and_stops(folder: Path) -> None:
    with embedded_redis(folder / "made" / "by it") as url:
        pid = _pid(url)
        with connect(url) as client:
            config = cast("dict[str, str]", client.config_get())
        assert config["port"] == "0"
        assert config["appendonly"] == "yes"
        assert config["maxmemory-policy"] == "noeviction"
        assert (socket_path(folder / "made" / "by it").stat().st_mode & 0o777) == 0o700
    _wait_until_gone(pid)


def test_it_stops_when_its_user_fails(folder: Path) -> None:
    with suppress(ZeroDivisionError), embedded_redis(folder) as url:
        pid = _pid(url)
        raise ZeroDivisionError
    _wait_until_gone(pid)


def test_users_share_it_and_the_last_one_stops_it(folder: Path) -> None:
    with _other_user(folder) as (other, url):
        with embedded_redis(folder) as mine:
            assert mine == url
            pid = _pid(url)
        assert _pid(url) == pid  # the other one still needs it
        other.communicate(timeout=20)
        _wait_until_gone(pid)


def test_the_one_who_started_it_may_leave_first(folder: Path) -> None:
    with _other_user(folder) as (starter, url), embedded_redis(folder) as mine:
        pid = _pid(url)
        starter.communicate(timeout=20)
        assert starter.returncode == 0
        assert _pid(mine) == pid
    _wait_until_gone(pid)


def test_it_survives_the_death_of_its_starter_and_is_taken_over(folder: Path) -> None:
    with _other_user(folder) as (starter, url):
        pid = _pid(url)
        with connect(url) as client:
            client.set("kept", "yes")
        starter.kill()
        starter.wait(10)
        with embedded_redis(folder) as mine:
            assert _pid(mine) == pid
            with connect(mine) as client:
                assert client.get("kept") == "yes"
        _wait_until_gone(pid)  # whoever is last stops it, the starter or not


def test_what_was_written_survives_a_stop_and_a_kill(folder: Path) -> None:
    with embedded_redis(folder) as url, connect(url) as client:
        client.set("stopped", "yes")
    with embedded_redis(folder) as url, connect(url) as client:
        assert client.get("stopped") == "yes"
        client.set("killed", "yes")
        _wait_until_written(client)
        os.kill(_pid(url), signal.SIGKILL)
        _wait_until_refused(url)
        with embedded_redis(folder) as again, connect(again) as fresh:
            assert again == url
            assert fresh.mget("stopped", "killed") == ["yes", "yes"]


def _wait_until_written(client: redis.Redis) -> None:
    """The append-only file's buffer is with the kernel, which outlives the server."""
    deadline = time.monotonic() + 10
    while (state := cast("dict[str, int]", client.info("persistence")))[
        "aof_buffer_length"
    ] or state["aof_pending_bio_fsync"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _wait_until_refused(url: str) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with redis.Redis(unix_socket_path=url.removeprefix("unix://")) as client:
                client.ping()
        except redis.ConnectionError:
            return
        time.sleep(0.02)
    pytest.fail("the killed server still answers")


def test_users_who_come_at_once_start_one_server(folder: Path) -> None:
    users = [_start_user(folder) for _ in range(4)]
    assert len({_url_of(user) for user in users}) == 1
    assert len(_servers(folder)) == 1
    for user in users:
        user.communicate(timeout=20)
    assert [user.returncode for user in users] == [0] * 4


def test_a_folder_whose_path_is_too_long_for_a_socket(folder: Path) -> None:
    deep = folder / ("x" * 60) / ("y" * 60)
    with embedded_redis(deep) as url, connect(url) as client:
        assert client.ping()
        assert len(url.removeprefix("unix://")) <= 107
        assert socket_path(deep).parent.stat().st_mode & 0o077 == 0
        assert socket_path(deep) != socket_path(deep.with_name("z" * 60))


def test_a_server_that_does_not_come_up_says_where_its_log_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = folder / "redis-server"
    broken.write_text("#!/bin/sh\necho Redis server v=7.0.15\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    with pytest.raises(EmbeddedRedisError, match=r"redis\.log"), embedded_redis(folder / "data"):
        pass


def test_a_server_that_is_stopped_gets_no_second_one(folder: Path) -> None:
    with _other_user(folder) as (_, url):
        pid = _pid(url)
        os.kill(pid, signal.SIGSTOP)
        try:
            started = time.monotonic()
            hangs = r"does not answer within 0\.5 s: it hangs or is stopped"
            with pytest.raises(EmbeddedRedisError, match=hangs), embedded_redis(folder, 0.5):
                pass
            assert time.monotonic() - started < 1.5
            assert [server.pid for server in _servers(folder)] == [pid]
        finally:
            os.kill(pid, signal.SIGCONT)
        with embedded_redis(folder) as again:
            assert _pid(again) == pid


def test_another_command_that_hangs_while_it_starts_the_server_is_named(folder: Path) -> None:
    started = "is being started or stopped"
    with (
        exclusive(folder / "redis.change.lock"),
        pytest.raises(EmbeddedRedisError, match=started),
        embedded_redis(folder, 0.3),
    ):
        pass
