"""How long a text is, in a measure that holds for all scripts."""

import re

from pipeline.text.scripts import CJK

_CJK = re.compile(f"[{CJK}]")
_COUNTER = re.compile(r"\b\d{1,3}\s*/\s*\d{1,3}\s*")


def text_length(text: str) -> int:
    """Characters of a text; a CJK character counts as three, for it says half a word.

    The counters of a slideshow ("3/24") do not count.
    """
    text = _COUNTER.sub("", text)
    return len(text) + 2 * len(_CJK.findall(text))


def has_cjk(text: str) -> bool:
    """Whether a CJK character is in the text."""
    return _CJK.search(text) is not None
