"""The DOCTYPE of an XML document: where it ends, and which entities it declares.

After XML 1.0 §2.8 and §4.2. Nothing is expanded and nothing is fetched here.
"""

import re
from html import escape, unescape

_MARK = re.compile(rb"[\"'\[\]>]|<!--|<\?")
_CLOSING = {b'"': b'"', b"'": b"'", b"<!--": b"-->", b"<?": b"?>"}
_DECLARATION = re.compile(
    rb"<!ENTITY\s+(?!%)(?P<name>\w{1,31})\s+(?:\"(?P<double>[^\"]{0,200})\"|'(?P<single>[^']{0,200})')?",
    re.IGNORECASE,
)
_NOT_PLAIN = re.compile(rb"[<%]|&(?!#)")


def end_of_doctype(content: bytes, start: int) -> int | None:
    """The place behind the DOCTYPE that begins at ``start``; None where it does not end.

    Brackets in quotes, comments and instructions do not count.
    """
    at, inside = start, False
    while mark := _MARK.search(content, at):
        closing = _CLOSING.get(mark[0])
        if closing:
            found = content.find(closing, mark.end())
            if found < 0:
                return None
            at = found + len(closing)
            continue
        at = mark.end()
        if mark[0] == b">" and not inside:
            return at
        if mark[0] != b">":
            inside = mark[0] == b"["
    return None


def declared_entities(doctype: bytes) -> dict[bytes, bytes | None]:
    """The general entities that a DOCTYPE declares, with what they stand for, escaped for XML.

    None for one that stands for more than a short plain text: a file, an address, markup, or other
    entities. Parameter entities are left out: they end with the DOCTYPE.
    """
    return {found["name"]: _plain(found) for found in _DECLARATION.finditer(doctype)}


def _plain(found: re.Match[bytes]) -> bytes | None:
    value = found["double"] if found["single"] is None else found["single"]
    if value is None or _NOT_PLAIN.search(value):
        return None
    return escape(unescape(value.decode("utf-8", "replace"))).encode("utf-8", "replace")
