"""What one look at a part has found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a part is."""

    FINE = "fine"
    WRONG = "wrong"
    SILENT = "silent"
    """It does not answer."""


class Area(StrEnum):
    """What is looked at."""

    VERSIONS = "versions"
    CLOCKS = "clocks"
    DISK = "disk"
    REDIS = "redis"
    INDEX = "index"
    SOURCES = "sources"
    PERMISSIONS = "permissions"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found.

    Attributes:
        area: that was looked at.
        state: how it is.
        sentence: what is there, or what is wrong.
        advice: what to do about it; None where nothing is wrong.
    """

    area: Area
    state: State
    sentence: str
    advice: str | None = None


def fine(area: Area, sentence: str) -> Finding:
    """All is well."""
    return Finding(area, State.FINE, sentence)


def wrong(area: Area, sentence: str, advice: str) -> Finding:
    """Something is wrong that a person can mend."""
    return Finding(area, State.WRONG, sentence, advice)


def silent(area: Area, sentence: str, advice: str) -> Finding:
    """It does not answer."""
    return Finding(area, State.SILENT, sentence, advice)
