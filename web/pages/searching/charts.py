"""The geometry of a timeline: bars of one search, in a drawing of fixed size that scales."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH = 1000.0
HEIGHT = 100.0
_GAP = 0.15
"""Part of a bar's place that is left free, so that bars are told apart."""

_LEAST_HEIGHT = 1.5
"""Of a bar that counts something: it must be seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One interval.

    Attributes:
        label: the interval in words.
        words: the whole bar in words, for screen readers and as its tip.
        url: the search narrowed to it.
        count: articles.
        share: of all articles in it, 0 to 1; None when it is not known.
        x: from the left.
        width: without the free place beside it.
        height: upwards.
        gap_words: why something may be missing here; empty when nothing is.
    """

    label: str
    words: str
    url: str
    count: int
    share: float | None
    x: float
    width: float
    height: float
    gap_words: str = ""


@dataclass(frozen=True, slots=True)
class Shade:
    """A span of time in which a source could not be read."""

    words: str
    x: float
    width: float
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Chart:
    """A timeline as its template draws it.

    Attributes:
        title: for screen readers.
        words: what it shows, for them as well.
        switches: links to other views: words, address, whether it is this one.
    """

    title: str
    words: str
    first: str
    last: str
    interval: str
    most: str
    bars: tuple[Bar, ...]
    gaps: tuple[Shade, ...]
    undated: int
    undated_url: str
    doubtful: int
    doubtful_url: str
    switches: tuple[tuple[str, str, bool], ...]
    has_share: bool
    width: float = WIDTH
    height: float = HEIGHT


def heights(values: Sequence[float]) -> list[float]:
    """The bars' heights: the greatest value fills the drawing."""
    most = max(values, default=0.0)
    if most <= 0:
        return [0.0] * len(values)
    return [max(_LEAST_HEIGHT, HEIGHT * value / most) if value else 0.0 for value in values]


def place(position: int, of: int) -> tuple[float, float]:
    """Where the bar at a position begins, and how wide it is."""
    step = WIDTH / of
    return round(position * step, 2), round(step * (1 - _GAP), 2)


def across(moment: datetime, first: datetime, last: datetime) -> float:
    """How far from the left a moment between the ends of a timeline is."""
    whole = (last - first).total_seconds()
    part = (moment - first).total_seconds()
    return round(WIDTH * min(max(part / whole, 0.0), 1.0), 2) if whole > 0 else 0.0
