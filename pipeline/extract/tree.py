"""From text to one tree that all of extraction reads."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.etree import ElementDefaultClassLookup, LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from lxml.html.builder import BODY, CLASS, HTML, P

from pipeline.text.attributes import with_bounded_attributes

MAX_ELEMENTS = 25_000
"""Elements of a page; long live blogs have fewer. What comes after is left out, so that time and
memory are bounded."""

PARSER_DEPTH = 250
"""libxml2 stops reading, without a word, some elements short of 256 inside each other."""

MAX_DEPTH = 120
"""How deep a page is left that was deeper than the parser goes. Real articles are at 20 to 60."""

# Elements that end by themselves (HTML Living Standard, 13.1.2.4, optional tags) or are empty.
_UNCOUNTED = """
    p li dt dd option optgroup rb rt rp html head body
    area base br col embed hr img input link meta source track wbr param script style title
"""
UNCOUNTED = frozenset(_UNCOUNTED.split())

_PARSER = HTMLParser(collect_ids=False, encoding="utf-8", remove_comments=True, remove_pis=True)
# One class for all elements: lxml asks a function of Python for the class of each, even of copies.
_PARSER.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
_FORBIDDEN = bytes(range(9)) + b"\x0b\x0c" + bytes(range(14, 32))
"""Control characters, which no tree may hold (XML 1.0, 2.2)."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*+)[^<>]*>")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A page's tree and all its elements.

    lxml forgets the Python object of an element that nobody holds and makes it anew at the next
    visit; held, each is made once, which saves a third of the time of all that follows.
    """

    tree: HtmlElement
    elements: tuple[HtmlElement, ...]


def parse(text: str) -> Parsed | None:
    """The page's tree, or None when there is no markup in it."""
    if not text.strip():
        return None
    text = with_closed_noscript(text)
    tree = _loaded(text)
    if tree is not None and _stopped(tree):
        tree = _loaded(flattened(text))
    if tree is None:
        return None
    elements = tuple(tree.iter())
    for element in reversed(elements[MAX_ELEMENTS:]):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)  # with the text after it: joining that would be quadratic
    return Parsed(tree, elements[:MAX_ELEMENTS])


def flattened(text: str) -> str:
    """The page without the tags that are deeper than ``MAX_DEPTH``; what is in them stays."""
    depth = 0

    def kept(match: re.Match[str]) -> str:
        nonlocal depth
        closing, name = match.groups()
        if name.lower() in UNCOUNTED:
            return match[0]
        level = depth if closing else depth + 1
        depth = max(0, depth - 1) if closing else depth + 1
        return match[0] if level <= MAX_DEPTH else " "

    return _TAG.sub(kept, text)


def with_closed_noscript(text: str) -> str:
    """The page with the elements closed that are open where their ``<noscript>`` ends.

    Each would take in what follows, to the end of the page.
    """
    if "noscript" not in text:
        return text
    *pieces, rest = text.split("</noscript>")
    return "".join([*map(_with_closed_tail, pieces), rest])


def _with_closed_tail(piece: str) -> str:
    """What comes before ``</noscript>``, with the end tags that it lacks."""
    begin = piece.rfind("<noscript")
    if begin < 0 or "<" not in piece[begin + 1 :]:
        return f"{piece}</noscript>"
    opened: Counter[str] = Counter()
    for closing, written in _TAG.findall(piece, begin + 1):
        name = written.lower()
        if not closing and name not in UNCOUNTED:
            opened[name] += 1
        elif closing and opened[name]:
            opened[name] -= 1
    ends = "".join(f"</{name}>" * count for name, count in reversed(opened.items()))
    return f"{piece}{ends}</noscript>"


def tree_of(dates: Iterable[str]) -> HtmlElement:
    """A page that shows these dates."""
    page: HtmlElement = HTML(BODY(*(P(line, CLASS("date")) for line in dates)))
    return page


def _loaded(text: str) -> HtmlElement | None:
    """The tree, without comments; None for a page without elements."""
    content = with_bounded_attributes(text).encode("utf-8", "replace")
    try:
        tree = document_fromstring(content.translate(None, _FORBIDDEN), parser=_PARSER)
    except (LxmlError, ValueError, TypeError, AssertionError):
        return None
    return tree if isinstance(tree, HtmlElement) and isinstance(tree.tag, str) else None


def _stopped(tree: HtmlElement) -> bool:
    """True when the last thing that was read stands as deep as the parser goes."""
    depth, element = 0, tree
    while len(element):
        element, depth = element[-1], depth + 1
    return depth >= PARSER_DEPTH
