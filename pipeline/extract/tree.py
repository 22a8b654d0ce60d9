"""From text to one tree that all of extraction reads."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import islice

from lxml.etree import ElementDefaultClassLookup, LxmlError, XPath, _Element
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

_HAS_TOO_MANY = XPath(f"count(//*) > {MAX_ELEMENTS}")
_NOSCRIPT_END = re.compile("</noscript>")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*+)[^<>]*>")


def parse(text: str) -> HtmlElement | None:
    """The page's tree, or None when there is no markup in it."""
    if not text.strip():
        return None
    text = with_closed_noscript(text)
    tree = _loaded(text)
    if tree is not None and _stopped(tree):
        tree = _loaded(flattened(text))
    if tree is not None:
        _cut_rest(tree)
    return tree


def _cut_rest(tree: HtmlElement) -> None:
    """Leave out the elements after the first ``MAX_ELEMENTS``."""
    if not _HAS_TOO_MANY(tree):
        return
    for element in reversed(list(islice(tree.iter(), MAX_ELEMENTS, None))):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)  # with the text after it: joining that would be quadratic


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
    pieces: list[str] = []
    done = 0
    for end in _NOSCRIPT_END.finditer(text):
        start = text.rfind("<noscript", done, end.start())
        missing = _missing_ends(text[start + 1 : end.start()]) if start >= 0 else ""
        pieces += (text[done : end.start()], missing) if missing else ()
        done = end.start() if missing else done
    return "".join([*pieces, text[done:]])


def _missing_ends(content: str) -> str:
    """The end tags that what stands in a ``<noscript>`` lacks."""
    opened: Counter[str] = Counter()
    for closing, written in _TAG.findall(content):
        name = written.lower()
        if not closing and name not in UNCOUNTED:
            opened[name] += 1
        elif closing and opened[name]:
            opened[name] -= 1
    return "".join(f"</{name}>" * count for name, count in reversed(opened.items()))


def tree_of(dates: Iterable[str]) -> HtmlElement:
    """A page that shows these dates."""
    page: HtmlElement = HTML(BODY(*(P(line, CLASS("date")) for line in dates)))
    return page


def elements_with(tree: _Element, *names: str) -> list[_Element]:
    """The elements that have one of these attributes, in the page's order."""
    found = _having(names)(tree)
    return [each for each in found if isinstance(each, _Element)] if isinstance(found, list) else []


@cache
def _having(names: tuple[str, ...]) -> XPath:
    return XPath(f"descendant-or-self::*[{' or '.join(f'@{name}' for name in names)}]")


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
