"""Child processes that read documents within limits."""

import faulthandler
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import psutil
import pytest

from tests.support.world import wait_until
from workers.processes import reading_child
from workers.processes.isolation import (
    IsolatedReader,
    OverLimit,
    OverTime,
    PatientReader,
    ReadLimits,
)

MEGABYTE = 1_000_000


def double(number: int) -> int:
    return number * 2


def refuse() -> None:
    raise ValueError("no feed")


def hang() -> None:
    """In a pattern, where no other thread of the process can run."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def swell() -> int:
    return len(b"x" * (300 * MEGABYTE))


def crash() -> None:
    faulthandler.disable()
    os.kill(os.getpid(), signal.SIGSEGV)


def freeze() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def vanish() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def vanish_once(mark: Path) -> str:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "read"


_KEPT: list[bytes] = []


def keep(size: int) -> int:
    """What a parser with a leak does."""
    _KEPT.append(b"x" * size)
    return os.getpid()


def nested() -> list[object]:
    """Deeper than what can be pickled."""
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    return deep


class OddError(Exception):
    """One that pickle cannot make again."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def fail_oddly() -> None:
    raise OddError(1, 2)


def take(seconds: float) -> float:
    """So much CPU time."""
    started = time.process_time()
    while time.process_time() - started < seconds:
        pass
    return seconds


@pytest.fixture
def reader() -> Iterator[IsolatedReader]:
    reader = IsolatedReader(ReadLimits(seconds=0.5, memory=100 * MEGABYTE))
    yield reader
    reader.close()


def test_a_result_and_an_error_come_back(reader: IsolatedReader) -> None:
    assert reader.read(double, 21) == 42
    with pytest.raises(ValueError, match="no feed"):
        reader.read(refuse)


def test_what_hangs_is_ended_and_the_next_document_is_read(reader: IsolatedReader) -> None:
    with pytest.raises(OverTime, match=r"more than 0\.5 s of CPU time"):
        reader.read(hang)
    assert reader.read(double, 1) == 2


def test_what_needs_too_much_memory_ends_alone(reader: IsolatedReader) -> None:
    with pytest.raises(OverLimit, match="more than 100 MB of memory"):
        reader.read(swell)
    assert reader.read(double, 1) == 2


def test_the_memory_of_a_document_can_be_used_again() -> None:
    big = IsolatedReader(ReadLimits(seconds=5, memory=400 * MEGABYTE))
    try:
        assert [big.read(swell) for _ in range(3)] == [300 * MEGABYTE] * 3
    finally:
        big.close()


def test_a_crash_is_the_documents_fault(reader: IsolatedReader) -> None:
    with pytest.raises(OverLimit, match="SIGSEGV"):
        reader.read(crash)
    assert reader.read(double, 1) == 2


@pytest.mark.parametrize("fault", [freeze, vanish])
def test_what_ends_two_processes_or_freezes_them_is_at_fault(
    reader: IsolatedReader, fault: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_child, "_FROZEN_SECONDS", 1.0)
    with pytest.raises(OverLimit, match="two processes"):
        reader.read(fault)
    assert reader.read(double, 1) == 2


def test_a_document_whose_process_was_killed_is_read_again(
    reader: IsolatedReader, tmp_path: Path
) -> None:
    assert reader.read(vanish_once, tmp_path / "was here") == "read"
    killed = psutil.Process(reader.read(os.getpid))
    killed.kill()
    assert reader.read(double, 1) == 2


def test_memory_that_is_left_over_ends_with_its_process() -> None:
    reader = IsolatedReader(ReadLimits(seconds=5, memory=200 * MEGABYTE))
    try:
        kept = [reader.read(keep, 120 * MEGABYTE) for _ in range(3)]
        assert len(set(kept)) == 3
    finally:
        reader.close()


def test_what_is_too_large_to_be_taken_or_sent_is_over_the_limit(reader: IsolatedReader) -> None:
    with pytest.raises(OverLimit, match="memory"):
        reader.read(len, b"x" * (150 * MEGABYTE))
    with pytest.raises(OverLimit, match="memory"):
        reader.read(bytes, 70 * MEGABYTE)
    assert reader.read(double, 1) == 2


def test_what_cannot_be_sent_is_an_error(reader: IsolatedReader) -> None:
    with pytest.raises(RuntimeError, match="RecursionError"):
        reader.read(nested)
    with pytest.raises(RuntimeError, match="OddError: 1 and 2"):
        reader.read(fail_oddly)
    assert reader.read(double, 1) == 2


def test_a_child_holds_none_of_our_connections(reader: IsolatedReader) -> None:
    ours, peer = socket.socketpair()
    with peer:
        reader.read(double, 1)
        ours.close()
        peer.settimeout(5)
        assert peer.recv(1) == b""


def test_nothing_is_left_of_many_lost_children(reader: IsolatedReader) -> None:
    reader.read(double, 1)
    ourselves = psutil.Process()
    descriptors, threads = ourselves.num_fds(), threading.active_count()
    for _ in range(10):
        with pytest.raises(OverLimit):
            reader.read(crash)
    reader.read(double, 1)
    assert ourselves.num_fds() <= descriptors
    wait_until(lambda: threading.active_count() <= threads, seconds=5, what="no thread is left")


def test_a_slow_document_is_read_beside_quick_ones() -> None:
    reader = PatientReader(ReadLimits(seconds=2, memory=100 * MEGABYTE), processes=1)

    async def read_all() -> list[float]:
        ended: list[float] = []

        async def one(seconds: float) -> None:
            ended.append(await reader.read_async(take, seconds))

        async with anyio.create_task_group() as group:
            for seconds in (1.5, 0.01, 0.02):
                group.start_soon(one, seconds)
        return ended

    try:
        assert anyio.run(read_all) == [0.01, 0.02, 1.5]
        with pytest.raises(OverTime, match="more than 2 s"):
            reader.read(take, 10)
    finally:
        reader.close()


_HOST = """
import sys
from tests.workers.processes.test_isolation import hang
from workers.processes.isolation import IsolatedReader, ReadLimits
reader = IsolatedReader(ReadLimits(seconds=600, memory=10**9))
reader.read(print, "ready", flush=True)
reader.read(hang)
"""


def test_children_end_with_a_parent_that_was_killed() -> None:
    host = subprocess.Popen(
        [sys.executable, "-c", _HOST], stdout=subprocess.PIPE, cwd=Path.cwd(), text=True
    )
    assert host.stdout
    assert host.stdout.readline() == "ready\n"
    [child] = psutil.Process(host.pid).children()
    host.kill()
    host.wait()
    child.wait(timeout=10)


def test_children_end_with_a_reader_that_nobody_uses() -> None:
    reader = IsolatedReader(ReadLimits(seconds=1, memory=MEGABYTE))
    child = psutil.Process(reader.read(os.getpid))
    del reader
    child.wait(timeout=10)
