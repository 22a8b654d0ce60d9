"""A bound on the attributes of one HTML element.

libxml2 compares each attribute with those before it, and nothing interrupts it: 100,000 in one
element take it 13 seconds.
"""

import re

MOST_ATTRIBUTES = 100
"""Of one element. Those after them are left out."""

# As the HTML Living Standard tokenises them (13.2.5.32 to 13.2.5.39). Each piece has one reading
# only, so that a tag is read once.
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|(?!["'])[^\s>]*+)"""
_ATTRIBUTE = rf"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+{_VALUE}|(?!\s*+=))"""
_TOO_MANY = re.compile(
    rf"(<[a-zA-Z][^\s/>]*+(?:{_ATTRIBUTE}){{{MOST_ATTRIBUTES}}})(?:{_ATTRIBUTE})+"
)


def with_bounded_attributes(page: str) -> str:
    """The page, where no element has more than ``MOST_ATTRIBUTES``."""
    return _TOO_MANY.sub(r"\1", page)
