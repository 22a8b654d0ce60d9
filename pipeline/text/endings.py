"""How a text ends."""

import re

LAST = 100
"""Characters from the end in which the last word is."""

_AFTER_LAST_WORD = re.compile(r"(?:^|(?<=\w))\W+$")


def is_cut_off(text: str) -> bool:
    """True when an ellipsis stands after the last word: "The council said […]"."""
    tail = _AFTER_LAST_WORD.search(text[-LAST:])
    return tail is not None and ("…" in tail[0] or "..." in tail[0])
