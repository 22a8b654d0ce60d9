"""How long a text is, in words and in minutes."""

import math
import re
from typing import NamedTuple

from pipeline.text.scripts import UNSPACED

_UNSPACED_CHARACTER = re.compile(rf"[{UNSPACED}]")
_WORD = re.compile(rf"[^\W{UNSPACED}]+(?:[-'’.·][^\W{UNSPACED}]+)*")


class Length(NamedTuple):
    """How long a text is: its words, and its characters in scripts without spaces."""

    words: int
    characters: int


def length_of(text: str) -> Length:
    """Count both."""
    return Length(len(_WORD.findall(text)), len(_UNSPACED_CHARACTER.findall(text)))


def reading_minutes(length: Length, *, words_per_minute: int, characters_per_minute: int) -> int:
    """Minutes to read a text of this length, rounded up; 0 for no text."""
    minutes = length.words / words_per_minute + length.characters / characters_per_minute
    return math.ceil(minutes)
