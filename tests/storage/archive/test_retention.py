import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.archive.retention import files_before

MOMENT = datetime(2018, 3, 1, tzinfo=UTC)


def test_closed_files_to_which_nothing_refers_any_more_are_old(tmp_path: Path) -> None:
    written = {
        "old.warc.gz": timedelta(days=8),
        "referred.warc.gz": timedelta(days=6),
        "open.warc.gz.open": timedelta(days=30),
        "other.txt": timedelta(days=30),
    }
    for name, before in written.items():
        (tmp_path / name).write_bytes(b"x")
        at = (MOMENT - before).timestamp()
        os.utime(tmp_path / name, (at, at))
    assert [path.name for path in files_before(tmp_path, MOMENT)] == ["old.warc.gz"]
    assert list(files_before(tmp_path / "missing", MOMENT)) == []
