"""Where the parts of a backup are in its folder."""

from pathlib import Path

DUMP = "redis.rdb"
SOURCES = "sources.yaml"
ARCHIVE = "archive"


def is_vacant(folder: Path) -> bool:
    """Whether a folder is empty or not there."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
