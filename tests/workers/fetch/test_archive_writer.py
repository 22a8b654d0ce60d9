"""An archive on a disk that hangs.

A pipe that nobody reads stands in for its file, and the kernel holds the write.
"""

import os
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import anyio
import pytest
from warcio.archiveiterator import ArchiveIterator

from storage.archive.archive import Archive, archive_state
from storage.archive.exchange import Exchange
from storage.archive.files import OPEN
from storage.open import Stores
from tests.support.data.exchanges import exchange
from tests.support.servers.fault_server import FaultServer
from tests.workers.chain.test_run import entry, lease, page, through
from tests.workers.conftest import Making
from workers.chain.run import STAGES
from workers.fetch.archive_writer import ArchiveWriter

PATIENCE = 0.5


class HangingDisk:
    """The file that an archive writes, replaced by a pipe."""

    def __init__(self, folder: Path) -> None:
        [opened] = [int(fd.name) for fd in Path("/proc/self/fd").iterdir() if _leads_to(fd, folder)]
        self._reading, writing = os.pipe()
        os.dup2(writing, opened)
        os.close(writing)
        self._written = bytearray()

    def comes_back(self) -> None:
        """From now on it takes what is written."""
        threading.Thread(target=self._drain, daemon=True).start()

    def pages(self) -> list[str]:
        """The addresses of the pages that reached it, whole."""
        found = []
        for record in ArchiveIterator(BytesIO(bytes(self._written)), check_digests="raise"):
            record.content_stream().read()
            if record.rec_type == "response":
                found.append(
                    record.rec_headers.get_header("WARC-Target-URI")
                    .split("/")[-1]
                    .partition("?")[0]
                )
        return found

    def _drain(self) -> None:
        while data := os.read(self._reading, 1_000_000):
            self._written += data


def _leads_to(fd: Path, folder: Path) -> bool:
    try:
        path = fd.readlink()
    except FileNotFoundError:
        return False
    return path.parent == folder and path.name.endswith(OPEN)


def large(number: int) -> list[Exchange]:
    """More than a pipe holds."""
    return [exchange(number, os.urandom(200_000))]


def until(kept_and_lost: tuple[int, int], stores: Stores) -> None:
    deadline = time.monotonic() + 10
    while (now := counts(stores)) != kept_and_lost:
        assert time.monotonic() < deadline, f"{now} is not {kept_and_lost}"
        time.sleep(0.02)


def counts(stores: Stores) -> tuple[int, int]:
    state = archive_state(stores.keyspace)
    return state.kept, state.lost


@pytest.fixture
def archive(tmp_path: Path, stores: Stores) -> Iterator[Archive]:
    made = Archive(tmp_path, stores.keyspace)
    assert made.keep([exchange(0)])
    yield made
    made.close()


def kept(archivist: ArchiveWriter, *numbers: int) -> float:
    """Archive these at once; the seconds that it took."""

    async def together() -> None:
        async with anyio.create_task_group() as group:
            for number in numbers:
                group.start_soon(archivist.keep, large(number))

    started = time.monotonic()
    anyio.run(together)
    return time.monotonic() - started


def test_pages_wait_once_for_a_disk_that_hangs_and_are_counted_as_lost(
    archive: Archive, tmp_path: Path, stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    disk, archivist = HangingDisk(tmp_path), ArchiveWriter(archive, patience=PATIENCE)
    # One is being written, the others wait behind it.
    assert PATIENCE <= kept(archivist, 1, 2, 3) < 3 * PATIENCE
    assert kept(archivist, *range(4, 24)) < PATIENCE
    state = archive_state(stores.keyspace)
    assert (state.kept, state.lost) == (1, 23)
    assert state.error is not None
    assert "not written within 0.5 s" in state.error
    assert caplog.text.count("pages are not archived, until this ends") == 1
    disk.comes_back()
    until((2, 22), stores)


def test_when_the_disk_comes_back_archiving_goes_on(
    archive: Archive, tmp_path: Path, stores: Stores
) -> None:
    disk, archivist = HangingDisk(tmp_path), ArchiveWriter(archive, patience=PATIENCE)
    kept(archivist, 1, 2)
    disk.comes_back()
    # The write that hung has come to its end; who waited behind it was given up.
    until((2, 1), stores)
    assert kept(archivist, 3, 4) < PATIENCE
    assert counts(stores) == (4, 1)
    assert archive_state(stores.keyspace).error is None
    assert sorted(disk.pages()) == ["1", "3", "4"]


def test_pages_wait_for_each_other_while_the_disk_is_only_busy(
    archive: Archive, tmp_path: Path, stores: Stores
) -> None:
    archivist = ArchiveWriter(archive, patience=10)
    kept(archivist, *range(30))
    assert counts(stores) == (31, 0)
    assert len(list(tmp_path.iterdir())) == 1


def test_what_nobody_expects_costs_the_page_and_not_the_thread(
    archive: Archive, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    archivist = ArchiveWriter(archive, patience=PATIENCE)
    with monkeypatch.context() as patched:
        patched.setattr("storage.archive.archive.exchange_records", lambda *_, **__: 1 / 0)
        kept(archivist, 1)
    kept(archivist, 2)
    assert counts(stores) == (2, 1)


def test_closing_does_not_wait_for_a_disk_that_hangs(
    archive: Archive, tmp_path: Path, stores: Stores
) -> None:
    disk, archivist = HangingDisk(tmp_path), ArchiveWriter(archive, patience=PATIENCE)
    kept(archivist, 1)
    started = time.monotonic()
    archive.close()
    assert time.monotonic() - started < 5
    disk.comes_back()
    until((2, 0), stores)


def test_a_batch_is_indexed_while_the_archive_hangs(
    making: Making, server: FaultServer, tmp_path: Path
) -> None:
    resources = making(archive_dir=tmp_path / "warc", lease_seconds=4, task_seconds=3)
    server.pages["/0"] = page("Dover")
    assert through(resources, lease(resources, "0")[1], *STAGES) is None
    disk = HangingDisk(tmp_path / "warc")
    for path in "123":
        server.pages[f"/{path}"] = page(
            "Harwich" + path, more=f"<!--{os.urandom(100_000).hex()}-->"
        )
    assert through(resources, lease(resources, *"123")[1], *STAGES) is None
    assert {entry(resources, path).state for path in "123"} == {"indexed"}
    assert counts(resources.stores) == (1, 3)
    disk.comes_back()
    until((2, 2), resources.stores)
