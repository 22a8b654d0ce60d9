"""The index' part of a backup, as both backends have it."""

from pathlib import Path
from typing import Protocol

from storage.backup.manifest import Snapshot


class IndexBackup(Protocol):
    """Every method may raise ``IndexUnavailable`` or ``IndexIncompatible``."""

    def take(self, folder: Path) -> Snapshot | None:
        """Copy the index into a folder that is made, or into a snapshot elsewhere, which is named.

        Others may write meanwhile. What they had written before the call is in the copy.
        """

    def restore(self, folder: Path, snapshot: Snapshot | None) -> None:
        """Make the index again from what ``take`` has left.

        Raises:
            BadBackup: another backend took it.
        """

    def is_empty(self) -> bool:
        """Whether there is no index yet."""

    def close(self) -> None:
        """Release connections."""
