"""How long a text is, in words and in minutes."""

import math
import re

# Scripts without spaces, counted by characters: kana, Han, Thai, Lao, Myanmar, Khmer.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_UNSPACED_CHARACTER = re.compile(rf"[{_UNSPACED}]")
_WORD = re.compile(rf"[^\W{_UNSPACED}]+(?:[-'’.·][^\W{_UNSPACED}]+)*")


def count_words(text: str) -> int:
    """Words; in scripts without spaces, characters."""
    return len(_WORD.findall(text)) + len(_UNSPACED_CHARACTER.findall(text))


def reading_minutes(text: str, *, words_per_minute: int, characters_per_minute: int) -> int:
    """Minutes to read the text, rounded up; 0 for no text."""
    words, characters = len(_WORD.findall(text)), len(_UNSPACED_CHARACTER.findall(text))
    return math.ceil(words / words_per_minute + characters / characters_per_minute)
