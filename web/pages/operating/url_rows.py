"""URLs that ended, as a table lists them."""

from dataclasses import dataclass
from typing import Self

from pipeline.outcome import sentence_of
from pipeline.records import Link
from storage.redis.ledger import Entry


@dataclass(frozen=True, slots=True)
class UrlRow:
    """One URL that ended, why, and when (seconds since the epoch)."""

    link: Link
    why: str
    ended_at: float | None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The row of an entry of the ledger."""
        why = sentence_of(entry.outcome) if entry.outcome else "its outcome is not known"
        return cls(entry.link, why, entry.ended_at)
