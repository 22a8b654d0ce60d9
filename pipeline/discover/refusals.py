"""How much of what a document announces cannot be followed, and why."""

from collections import Counter
from collections.abc import Sequence

from pipeline.base import Record
from pipeline.discover.announced import RefusedEntry

EMPTY_BYTES = 5_000
"""Bytes that a document without entries may have: its title and description need no more."""

_MOST_OF = 0.8


class Refusals(Record):
    """Of the last document: how many of its entries cannot be followed, and why most of these.

    ``entries`` is all that it had.
    """

    count: int
    entries: int
    why: str

    @property
    def total(self) -> bool:
        """Whether not one entry can be followed."""
        return self.count == self.entries

    @property
    def many(self) -> bool:
        """Whether so few entries are left that it is worth a message."""
        return self.count > _MOST_OF * self.entries

    @property
    def sentence(self) -> str:
        """For a person."""
        if self.entries == 1:
            return f"its only entry has no usable link: {self.why}"
        if self.total:
            return f"none of its {self.entries} entries has a usable link: {self.why}"
        share = f"{self.count} of its {self.entries} entries have no usable link"
        return f"{share}, most often: {self.why}"


def refusals_in(refused: Sequence[RefusedEntry], *, usable: int) -> Refusals | None:
    """What to remember of the refused entries of a document that had so many ``usable`` ones.

    None without any.
    """
    if not refused:
        return None
    return Refusals(
        count=len(refused), entries=len(refused) + usable, why=commonest_reason(refused)
    )


def without_entries(size: int, entries: int) -> str | None:
    """What is wrong with a document of so many bytes in which so many entries were found.

    None where nothing is. A large one without any is in a form that is not read.
    """
    if entries or size <= EMPTY_BYTES:
        return None
    return f"no entry was found in its {size:,} bytes: it may have a form that is not read"


def commonest_reason(refused: Sequence[RefusedEntry]) -> str:
    """Why most entries were refused, in words; of none, the empty string."""
    for detail, _ in Counter(entry.detail for entry in refused).most_common(1):
        return detail
    return ""
