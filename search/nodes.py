"""A parsed query.

The tree is checked: fields exist, values fit them, its size is bounded. Words are still as they
were written; ``search.plan`` splits them into tokens.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MatchAll:
    """Every article."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word, in one field or (None) everywhere."""

    field: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, in one field or (None) everywhere."""

    field: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with ``text``, in one field or (None) everywhere."""

    field: str | None
    text: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """Articles whose exact ``field`` has one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """Articles that have any value in ``field``."""

    field: str


@dataclass(frozen=True, slots=True)
class Range:
    """Values from ``lower`` up to and without ``upper``; None leaves a side open.

    Bounds are moments (to the millisecond) or whole numbers, as the field is. However a range was
    written, it is brought to this form: ``[2017-12-01 TO 2017-12-31]`` ends before the first moment
    of 2018.
    """

    field: str
    lower: datetime | int | None
    upper: datetime | int | None


@dataclass(frozen=True, slots=True)
class And:
    """Articles that match every part."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Articles that match any part."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Articles that do not match the part."""

    part: "Node"


Node = MatchAll | Term | Phrase | Prefix | OneOf | Exists | Range | And | Or | Not
