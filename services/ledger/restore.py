"""The ledger's records made again from the archive, after Redis was lost."""

import time
from dataclasses import dataclass

from workers.resources import Resources

_PAGE = 500


@dataclass(frozen=True, slots=True)
class RestoredLedger:
    """What a restoration found and did.

    Attributes:
        entries: of the archive that the ledger should still remember.
        restored: of these, those that Redis did not know; known again, and counted.
    """

    entries: int
    restored: int


def restore_ledger(resources: Resources) -> RestoredLedger:
    """Let Redis know again what the archive has. What Redis knows stays as it is.

    It may be repeated, and workers may run meanwhile. What was in flight or a dead letter is not in
    the archive.

    Raises:
        IndexUnavailable: the archive does not answer.
        StoreUnavailable: Redis does not answer, or is full.
    """
    ended = resources.stores.ended
    since = time.time() - resources.settings.ledger_seconds
    entries, restored = 0, 0
    for page in resources.ledger_archive.pages(_PAGE, ended_after=since):
        entries += len(page)
        restored += ended.restore(page)
    return RestoredLedger(entries, restored)
