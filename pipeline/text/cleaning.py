"""Strings of pages as plain text: one line, no markup, no characters that cannot be stored."""

import html
import re
from collections.abc import Iterator

from lxml.etree import _Element, iterwalk

_UNSEEN_CHARACTERS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u2060\ufeff\ufffe\uffff"
)
_UNSEEN = re.compile(f"[{_UNSEEN_CHARACTERS}]")
_UNSTORABLE = re.compile(f"[{_UNSEEN_CHARACTERS}\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_LABEL_END = re.compile(r"[^\W\d_A-Z]$")
_BREAKS = frozenset(("br", "p", "div", "li", "td"))
_UNSHOWN = ("script", "style", "template", "svg", "rt", "rp")
"""Elements that are no text of a phrase; ``rt`` holds the reading of a word."""

_NO_ASCII_MARKS = dict.fromkeys(code for code in range(128) if not chr(code).isalnum())

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")


def storable(text: str) -> str:
    """The text without control characters, invisible marks and lone surrogates.

    Pairs of surrogates are joined.
    """
    if not _UNSTORABLE.search(text):
        return text
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _UNSEEN.sub("", text)


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(storable(text).split())


def plain(value: str) -> str:
    """A metadata value as one line of text.

    Entities resolved (also doubly escaped ones), tags removed.
    """
    for _ in range(2):
        if not _ENTITY.search(value):
            break
        value = html.unescape(value)
    if "<" in value:
        value = _TAG.sub(" ", value)
    return one_line(value)


def text_of(element: _Element) -> str:
    """The text inside an element as one line."""
    return one_line(raw_text(element))


def spaced(element: _Element) -> str:
    """The text inside an element as one line, with spaces between phrases of different elements.

    Lines and labels that only a style sheet keeps apart would grow together: "KickerThe headline",
    "Ann LeeMonday".
    """
    pieces = [""]
    for tag, text in _phrases(element):
        if tag in _BREAKS or (_LABEL_END.search(pieces[-1]) and text[:1].isupper()):
            pieces.append(" ")
        if text:
            pieces.append(text)
    return one_line("".join(pieces))


def _phrases(element: _Element) -> Iterator[tuple[str, str]]:
    """The tag and text at the beginning of each element, and behind each inside it."""
    steps = iterwalk(element, events=("start", "end"))
    for event, step in steps:
        if event == "end":
            yield step.tag, "" if step is element else step.tail or ""
        elif step.tag in _UNSHOWN:
            steps.skip_subtree()
        else:
            yield step.tag, step.text or ""


def raw_text(element: _Element) -> str:
    """The text inside an element as it stands in the page."""
    return "".join(map(str, element.itertext()))


def same(left: str, right: str) -> bool:
    """True when two lines differ in case, punctuation and spacing only."""
    return letters(left) == letters(right)


def letters(text: str) -> str:
    """Letters and digits of the text, in lower case: what is left to compare lines by."""
    folded = text.casefold()
    if folded.isascii():
        return folded.translate(_NO_ASCII_MARKS)
    return "".join(filter(str.isalnum, folded))
