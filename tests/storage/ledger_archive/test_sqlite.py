"""The embedded archive: one file, for several processes."""

from pathlib import Path

import pytest

from storage.index import IndexUnavailable
from storage.ledger_archive.sqlite import SqliteLedgerArchive
from tests.support.data.archived_entries import archived


def test_reading_makes_no_file(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    assert SqliteLedgerArchive(file).get([archived("1", 1).url_id]) == {}
    assert not file.exists()


def test_another_process_finds_what_was_put(tmp_path: Path) -> None:
    file, entry = tmp_path / "data" / "ledger.sqlite3", archived("1", 1)
    SqliteLedgerArchive(file).put([entry])
    assert SqliteLedgerArchive(file).get([entry.url_id]) == {entry.url_id: entry}


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    file.write_bytes(b"no database " * 1000)
    with pytest.raises(IndexUnavailable, match=r"the ledger archive: .*ledger\.sqlite3: "):
        SqliteLedgerArchive(file).get([archived("1", 1).url_id])
    with pytest.raises(IndexUnavailable):
        SqliteLedgerArchive(file).put([archived("1", 1)])
