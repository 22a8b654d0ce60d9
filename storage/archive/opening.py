"""Which kind a file is, by its first bytes."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from fastwarc.stream_io import ZstdReader

from storage.archive.captures import NotReadable, Read
from storage.archive.jsonl import read_jsonl
from storage.archive.warc import WarcReader

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


def read_file(path: Path, warc: WarcReader) -> Iterator[Read]:
    """The captures of a WARC, WET or JSON lines file, plain or compressed.

    Raises:
        NotReadable: none of these, or it cannot be opened.
    """
    start = _start(path).lstrip(b"\xef\xbb\xbf \r\n")
    if start.startswith(b"WARC/"):
        return warc.read(path)
    if start.startswith(b"{") and path.suffix != ".zst":
        return read_jsonl(path, max_bytes=warc.max_bytes)
    if not start:
        return iter(())
    raise NotReadable(f"{path}: neither WARC nor JSON lines")


def _start(path: Path) -> bytes:
    """The first bytes, unpacked."""
    try:
        with path.open("rb") as file:
            first = file.read(64)
            file.seek(0)
            if first.startswith(_GZIP):
                return gzip.GzipFile(fileobj=file).read(64)
            return ZstdReader(file).read(64) if first.startswith(_ZSTD) else first
    except (OSError, EOFError, zlib.error) as error:
        raise NotReadable(f"{path}: {getattr(error, 'strerror', None) or error}") from None
