"""Takes old files out of the archive."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from storage.archive.repeats import SECONDS


def files_before(folder: Path, moment: datetime) -> Iterator[Path]:
    """Closed files that hold only pages from before a moment, and to which no later record refers.

    A page that came again is kept as a reference to the first one, which is remembered for some
    days. When a file was last written tells the date of its last page.

    Args:
        folder: of the archive.
        moment: the first whose pages stay.
    """
    last = moment - timedelta(seconds=SECONDS)
    for path in sorted(folder.glob("*.warc.gz")):
        if path.stat().st_mtime < last.timestamp():
            yield path
