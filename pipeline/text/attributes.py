"""A bound on the attributes of one HTML element.

libxml2 compares each attribute with those before it, and nothing interrupts it: 100,000 in one
element take it 13 seconds.
"""

import re
from collections.abc import Iterator

MOST_ATTRIBUTES = 1_000
"""Of one element; real ones have some dozens. Those after them are left out."""

_MANY = 30

# As the HTML Living Standard tokenises them (13.2.5.32 to 13.2.5.39). Each piece has one reading
# only, so that a tag is read once.
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|(?!["'])[^\s>]*+)"""
_ATTRIBUTE = rf"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+{_VALUE}|(?!\s*+=))"""
_ONE = re.compile(_ATTRIBUTE)
_START = re.compile(r"<[a-zA-Z][^\s/>]*+")
_START_OF_MANY = re.compile(rf"{_START.pattern}(?:{_ATTRIBUTE}){{{_MANY}}}")


def with_bounded_attributes(page: str) -> str:
    """The page, where no element has many more than ``MOST_ATTRIBUTES``."""
    if not _START_OF_MANY.search(page):
        return page
    kept: list[str] = []
    end = 0
    for first, last in sorted(_excesses(page)):
        if last > end:
            kept.append(page[end : max(first, end)])
            end = last
    return "".join([*kept, page[end:]])


def _excesses(page: str) -> Iterator[tuple[int, int]]:
    """The places of attributes that are too many.

    What looks like a tag is taken for one wherever it stands: in a script, and in a value, which
    may be a tag to a parser that sees the quotes otherwise. Where two of them come to the same
    attribute, the rest is read once.
    """
    was_read = bytearray(len(page) + 1)
    for start in _START.finditer(page):
        at, count, first = start.end(), 0, 0
        while not was_read[at] and (attribute := _ONE.match(page, at)):
            was_read[at] = 1
            count += 1
            if count == MOST_ATTRIBUTES + 1:
                first = at
            at = attribute.end()
        if first:
            yield first, at
