"""The part that the index and the ledger archive have in a backup, on both backends."""

from pathlib import Path
from typing import Protocol

from storage.backup.manifest import Snapshot


class IndexBackup(Protocol):
    """Every method may raise ``IndexUnavailable`` or ``IndexIncompatible``."""

    def take(self, folder: Path) -> Snapshot | None:
        """Copy all into the folder of a backup, or into a snapshot elsewhere, which is named.

        Others may write meanwhile. What they had written before the call is in the copy.
        """

    def restore(self, folder: Path, snapshot: Snapshot | None) -> None:
        """Make all again from what ``take`` has left.

        Raises:
            BadBackup: another backend took it.
        """

    def is_empty(self) -> bool:
        """Whether there is neither an index nor a ledger archive yet."""

    def close(self) -> None:
        """Release connections."""
