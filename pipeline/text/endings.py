"""How a text ends."""

import re

_AFTER_LAST_WORD = re.compile(r"(?:^|(?<=\w))\W+$")


def is_cut_off(text: str) -> bool:
    """True when an ellipsis stands after the last word: "The council said […]"."""
    tail = _AFTER_LAST_WORD.search(text)
    return tail is not None and ("…" in tail[0] or "..." in tail[0])
