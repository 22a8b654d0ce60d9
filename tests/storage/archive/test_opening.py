"""The kind of a file is told by its first bytes."""

import gzip
from pathlib import Path

import pytest
from fastwarc import ZstdWriter

from storage.archive.captures import NotReadable
from storage.archive.opening import read_file
from storage.archive.warc import WarcReader
from tests.support.data.captures import MOST, URL, pages, read
from tests.support.data.exchanges import PAGE, warc


def test_one_gzip_stream_over_all_records_and_zstd_are_read_as_well(tmp_path: Path) -> None:
    plain = warc(tmp_path / "plain", (URL, PAGE), (URL + "2", PAGE), gzip=False).read_bytes()
    (tmp_path / "one.gz").write_bytes(gzip.compress(plain, mtime=0))
    with ZstdWriter(str(tmp_path / "z.warc.zst")) as out:
        out.write(plain)
    for name in ("one.gz", "z.warc.zst"):
        assert [url for url, _ in pages(read(tmp_path / name))] == [URL, URL + "2"], name


@pytest.mark.parametrize(
    "data",
    [b"<html>no", b"\x1f\x8b\x08junk", b"[1]", b"PK\x03\x04zip", gzip.compress(b"tar?", mtime=0)],
)
def test_a_file_of_another_kind_is_refused_before_anything_is_read(
    tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(NotReadable):
        read_file(path, WarcReader(max_bytes=MOST))


def test_an_empty_file_has_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"")
    assert read(path) == []
