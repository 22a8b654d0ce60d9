"""A bound on the attributes of one HTML element.

libxml2 compares each attribute with those before it, and nothing interrupts it: 100,000 in one
element take it 13 seconds.

What only looks like a tag, in a script, a comment or a value, must stay as it is, or text is lost.
So the page is read as libxml2 (2.14) reads it: by the tokeniser of the HTML Living Standard
(13.2.5), except that ``/>`` ends a script too.
"""

import re
from collections.abc import Iterator
from itertools import islice

MOST_ATTRIBUTES = 1_000
"""Of one element; real ones have some dozens. Those after them are left out."""

_MANY = 30
_MANY_PLACES = 50
"""A page is looked at closely where something that looks like a tag, in a script maybe, has too
many attributes, or so many places have ``_MANY``."""

_SPACE = r"[ \t\n\f\r]"
_NAME = r"[a-zA-Z][^ \t\n\f\r/>]*+"
# Each piece has one reading only, so that a tag is read once. A quote may be open to the end.
_VALUE = r"""(?:"[^"]*+"?+|'[^']*+'?+|[^ \t\n\f\r>]*+)"""
_ATTRIBUTE = rf"(?:{_SPACE}|/)*+[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+(?:{_SPACE}*+={_SPACE}*+{_VALUE})?+"
_ONE = re.compile(_ATTRIBUTE)
_LOOKS_LIKE_MANY = re.compile(rf"<(?={_NAME}(?:{_ATTRIBUTE}){{{_MANY}}})")
_LOOKS_TOO_MANY = re.compile(rf"<{_NAME}(?:{_ATTRIBUTE}){{{MOST_ATTRIBUTES + 1}}}")

_MARKUP = re.compile(
    rf"""
    <!--(?:-?>|.*?(?:--!?>|\Z))                 # a comment
    | <(?:[!?]|/(?![a-zA-Z]))[^>]*+             # a declaration, or what is read as a comment
    | </{_NAME}(?:{_ATTRIBUTE})*+
    | <(?P<name>{_NAME})(?P<attributes>(?:{_ATTRIBUTE})*+)(?P<end>(?:{_SPACE}|/)*+>?+)
    """,
    re.DOTALL | re.VERBOSE,
)

_RAW_NAMES = "script style title textarea iframe noembed noframes xmp plaintext"
_RAW = frozenset(_RAW_NAMES.split())
"""Elements whose content is text, whatever it looks like."""

_RAW_END = {
    name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE)
    for name in sorted(_RAW - {"script", "plaintext"})
}
_SCRIPT_MARK = re.compile(r"<!(?=--)|-->|</?script(?=[ \t\n\f\r/>])", re.IGNORECASE)


def with_bounded_attributes(page: str) -> str:
    """The page, where no element has more than ``MOST_ATTRIBUTES``; all else is as it was."""
    if not _may_have_too_many(page):
        return page
    kept: list[str] = []
    end = 0
    for first, last in _excesses(page):
        kept.append(page[end:first])
        end = last
    # A space, or a slash after the attributes would become a part of the last value.
    return " ".join([*kept, page[end:]])


def _may_have_too_many(page: str) -> bool:
    places = [place.start() for place in islice(_LOOKS_LIKE_MANY.finditer(page), _MANY_PLACES)]
    return len(places) == _MANY_PLACES or any(_LOOKS_TOO_MANY.match(page, at) for at in places)


def _excesses(page: str) -> Iterator[tuple[int, int]]:
    """The places of attributes that are too many, in order."""
    at = 0
    while markup := _MARKUP.search(page, at):
        at = markup.end()
        if markup["name"] is None:
            continue
        start, end = markup.span("attributes")
        if end - start > 2 * MOST_ATTRIBUTES:  # a space and a letter each, at least
            kept = _end_of_kept(page, start, end)
            if kept < end:
                yield kept, end
        name = markup["name"].lower()
        if name in _RAW and markup["end"].endswith(">") and not markup["end"].endswith("/>"):
            at = _end_of_raw(page, at, name)


def _end_of_kept(page: str, start: int, end: int) -> int:
    """Where the last attribute ends that is kept of those from ``start`` to ``end``."""
    for _ in range(MOST_ATTRIBUTES):
        attribute = _ONE.match(page, start, end)
        if attribute is None:
            return end
        start = attribute.end()
    return start


def _end_of_raw(page: str, at: int, name: str) -> int:
    """Where the content of an element whose content is text ends."""
    if name == "script":
        return _end_of_script(page, at)
    closing = _RAW_END[name].search(page, at) if name in _RAW_END else None
    return closing.start() if closing else len(page)


def _end_of_script(page: str, at: int) -> int:
    """As the standard's script data states: in a comment, a script may hold a whole one."""
    in_comment, in_inner = False, False
    for mark in _SCRIPT_MARK.finditer(page, at):
        match mark[0].lower():
            case "<!":
                in_comment = True
            case "-->":
                in_comment = in_inner = False
            case "<script":
                in_inner = in_comment
            case _ if in_inner:
                in_inner = False
            case _:
                return mark.start()
    return len(page)
