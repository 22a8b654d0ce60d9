"""How long a text is, in words and in minutes."""

import math
import re

from pipeline.text.scripts import UNSPACED

_UNSPACED_CHARACTER = re.compile(rf"[{UNSPACED}]")
_WORD = re.compile(rf"[^\W{UNSPACED}]+(?:[-'’.·][^\W{UNSPACED}]+)*")


def count_words(text: str) -> int:
    """Words; in scripts without spaces, characters."""
    return len(_WORD.findall(text)) + len(_UNSPACED_CHARACTER.findall(text))


def reading_minutes(text: str, *, words_per_minute: int, characters_per_minute: int) -> int:
    """Minutes to read the text, rounded up; 0 for no text."""
    words, characters = len(_WORD.findall(text)), len(_UNSPACED_CHARACTER.findall(text))
    return math.ceil(words / words_per_minute + characters / characters_per_minute)
