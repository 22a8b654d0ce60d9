"""Reads what the archive wrote with warcio, another library."""

from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator


def records(folder: Path) -> list[Any]:
    """All records by warcio, digests checked; ``content`` is what their payload reads as."""
    found = []
    for path in sorted(folder.glob("*.warc.gz*")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.content = record.content_stream().read()
                found.append(record)
    return found


def header(record: Any, name: str) -> str | None:
    value: str | None = record.rec_headers.get_header(name)
    return value
