"""One redis-server on a socket: what it is seen to do, and its end."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.redis.connection import connect
from storage.redis_server import State, ask, has_ended, launch, process_of, stop, wait_until_loaded


@pytest.fixture
def address() -> Iterator[Path]:
    """Where a server of the folder listens; short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="nl-") as name:
        yield Path(name) / "redis.sock"


@pytest.fixture
def server(address: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = launch(address.parent, address)
    wait_until_loaded(process, address.parent, address)
    yield process
    process.kill()
    process.wait()


def test_its_states_are_told_apart(address: Path, server: subprocess.Popen[bytes]) -> None:
    assert ask(address, 1.0) is State.ANSWERS
    assert process_of(address, 1.0) == server.pid
    os.kill(server.pid, signal.SIGSTOP)
    assert ask(address, 0.3) is State.SILENT
    assert process_of(address, 1.0) == server.pid, "the kernel knows it although it hangs"
    server.kill()
    server.wait()
    assert ask(address, 1.0) is State.GONE
    assert process_of(address, 1.0) is None


def test_one_that_is_busy_with_a_script_answers(
    address: Path, server: subprocess.Popen[bytes]
) -> None:
    with connect(f"unix://{address}", patience=0.1) as client:
        client.config_set("lua-time-limit", 10)
        with pytest.raises(Exception, match="does not answer"):
            client.eval("while true do end", 0)
    assert server.poll() is None
    assert ask(address, 1.0) is State.ANSWERS


def test_it_ends_cleanly(address: Path, server: subprocess.Popen[bytes]) -> None:
    stop(address, 5.0)
    assert server.wait(1) == 0


def test_one_that_hangs_is_ended_by_force(address: Path, server: subprocess.Popen[bytes]) -> None:
    os.kill(server.pid, signal.SIGSTOP)
    started = time.monotonic()
    stop(address, 1.0)
    assert time.monotonic() - started < 3
    assert server.wait(1) == -signal.SIGKILL
    assert has_ended(server.pid, 0.0)
