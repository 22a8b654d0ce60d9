"""A parsed query.

The tree is checked: fields exist, values fit them, its size is bounded. Words are still as they
were written; ``search.plan`` splits them into tokens.
"""

from dataclasses import dataclass
from datetime import datetime

from search import traits


@dataclass(frozen=True, slots=True)
class MatchAll:
    """Every article."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or one that shares its stem, in one field or (None) everywhere.

    A field is a name of ``search.fields.find``: that of a field, or ``NAME.exact``.
    """

    field: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words as they are, in a row, or with ``slop`` near each other.

    ``slop`` is how many places every two of the words may be moved until they stand as here.
    """

    field: str | None
    text: str
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with ``text``, in one field or (None) everywhere."""

    field: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words in which ``*`` stands for any letters and ``?`` for one."""

    field: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Words that become ``text`` when ``distance`` letters change, come, go, or are swapped."""

    field: str | None
    text: str
    distance: int


@dataclass(frozen=True, slots=True)
class Boost:
    """The part, worth ``weight`` times as much when hits are ranked."""

    part: "Node"
    weight: float


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


Node = (
    MatchAll
    | Term
    | Phrase
    | Prefix
    | Pattern
    | Fuzzy
    | Boost
    | OneOf
    | Exists
    | Range
    | And
    | Or
    | Not
)


def asks_for_copies(node: Node) -> bool:
    """Whether the query asks for copies by name, as ``is:copy`` and ``duplicate_of:`` do."""
    match node:
        case Term("is", traits.COPY):
            return True
        case Term(field) | Phrase(field) | Prefix(field) | Exists(field) | OneOf(field):
            return field == "duplicate_of"
        case And(parts) | Or(parts):
            return any(asks_for_copies(part) for part in parts)
        case Boost(part):
            return asks_for_copies(part)
        case _:
            return False
