"""What is written, as other libraries read it."""

import errno
import os
from pathlib import Path

import pytest

from storage.archive.archive import Archive, archive_state
from storage.open import Stores
from tests.support.data.exchanges import PAGE, exchange
from tests.support.data.warc_records import records


def test_a_full_disk_costs_the_record_and_is_said_until_it_ends(
    archive: Archive,
    tmp_path: Path,
    stores: Stores,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    archive.keep([exchange(1)])
    real = os.write

    def half_full(file: int, data: bytes) -> int:
        if len(data) > 300:
            return real(file, data[:300])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", half_full)
        assert not archive.keep([exchange(2)])
        assert not archive.keep([exchange(3)])
    state = archive_state(stores.keyspace)
    assert (state.kept, state.lost) == (1, 2)
    assert state.error is not None
    assert "No space left on device" in state.error
    assert len([record for record in caplog.records if "not archived" in record.message]) == 1

    assert archive.keep([exchange(2)])  # what was lost is no repeat of itself
    archive.close()
    assert archive_state(stores.keyspace).error is None
    assert [record.rec_type for record in records(tmp_path)] == [
        "warcinfo",
        *["response", "request"] * 2,
    ]


def test_a_folder_that_cannot_be_written_is_no_error_for_the_caller(
    tmp_path: Path, stores: Stores
) -> None:
    (tmp_path / "file").write_text("in the way")
    made = Archive(tmp_path / "file", stores.keyspace)
    assert not made.keep([exchange()])
    assert archive_state(stores.keyspace).lost == 1


def test_without_redis_pages_are_kept_whole(
    tmp_path: Path, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Archive(tmp_path, stores.keyspace)
    stores.keyspace.client.connection_pool.disconnect()
    monkeypatch.setattr(
        stores.keyspace.client.connection_pool, "connection_kwargs", {"path": "/nowhere"}
    )
    assert made.keep([exchange(1, PAGE)])
    assert made.keep([exchange(2, PAGE)])
    made.close()
    assert [record.rec_type for record in records(tmp_path)].count("response") == 2
