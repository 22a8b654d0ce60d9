"""Boilerplate: containers around an article, taken out before the text is looked for.

A name alone never decides: a container that holds a good share of the page's running text stays,
whatever it is called (``class="has-sidebar"`` sits on many a ``<body>``). Lists of nothing but
links go, whatever they are called.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter

from lxml import etree
from lxml.etree import _Element

from pipeline.extract.body.boilerplate_names import (
    BOILERPLATE_TAGS,
    CANDIDATES,
    DOUBTFUL_ALONE,
    DOUBTFUL_WORDS,
    LIST_TAGS,
    SILENT_TAGS,
    SURE_PAIRS,
    SURE_WORDS,
    TEXT_TAGS,
    pairs_of,
    with_plurals,
    words_of,
)

MAX_SHARE = 0.25
"""A container with more of the page's running text is not boilerplate; half of it when only the tag
says so."""

MAX_SUM = 0.5
"""What all of them may hold together."""

DOUBTFUL = "doubtful"
"""The sign of words that also name what holds the text."""

MIN_PARAGRAPH = 80
"""Characters from which a paragraph counts as running text."""

MIN_LINKS = 4
LINK_SHARE = 0.7
"""A container without running text, of at least so many links that make so much of its text, is a
list of links."""

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_PAIRS = pairs_of(SURE_PAIRS)
_SURE = with_plurals(words_of(SURE_WORDS)) | {"".join(pair) for pair in _PAIRS}
_ALONE = frozenset(DOUBTFUL_ALONE.split())
_DOUBTFUL = with_plurals(frozenset(DOUBTFUL_WORDS.split()))


@dataclass(slots=True)
class Size:
    """What an element holds: characters of text, of those inside links, of running text.

    And how many links, and how much of the text is in none of its children.
    """

    text: int = 0
    linked: int = 0
    running: int = 0
    links: int = 0
    direct: int = 0


Sizes = dict[_Element, Size]


def measure(tree: _Element) -> Sizes:
    """The sizes of all elements, in one walk from the leaves to the root.

    Takes out what never carries text.

    Running text is a paragraph of some length without its links, or as much text directly inside
    another element (pages that separate paragraphs by line breaks).
    """
    etree.strip_elements(tree, *SILENT_TAGS, with_tail=False)
    elements = list(tree.iter())
    sizes = {element: Size() for element in elements}
    for element in reversed(elements):
        size = sizes[element]
        _finish(size, element)
        parent = element.getparent()
        if parent is not None and element is not tree:
            _add(sizes[parent], size, element.tail)
    return sizes


def _finish(size: Size, element: _Element) -> None:
    """Count in an element's own text, after its children's."""
    tag = element.tag
    if element.text:
        size.direct += len(element.text.strip())
    size.text += size.direct
    if tag == "a":
        size.linked, size.links = size.text, 1
    elif tag == "p":
        unlinked = size.text - size.linked
        size.running = unlinked if unlinked >= MIN_PARAGRAPH else 0
    elif size.direct >= MIN_PARAGRAPH and tag in TEXT_TAGS:
        size.running += size.direct


def _add(size: Size, child: Size, tail: str | None) -> None:
    """Count in a child, and the text behind it."""
    size.text += child.text
    size.linked += child.linked
    size.running += child.running
    size.links += child.links
    if tail:
        size.direct += len(tail.strip())


def remove_boilerplate(tree: _Element, sizes: Sizes) -> int:
    """Take boilerplate out of the tree, in place.

    Gives the characters of running text that are left.
    """
    total = left = sizes[tree].running
    candidates = [each for each in tree.iter(*CANDIDATES) if _holds_something(sizes[each])]
    named = _named(candidates, sizes, total)
    believed = _believed_signs(named, sizes, total)
    for element in candidates:
        if element.getparent() is None:
            continue
        size = sizes[element]
        if named.get(element) in believed or _is_link_list(element, size):
            left -= size.running
            cut(element)
    return left


def _holds_something(size: Size) -> bool:
    return size.text > 0 or size.links >= MIN_LINKS


def _named(candidates: list[_Element], sizes: Sizes, total: int) -> dict[_Element, str]:
    """The candidates that a sign calls boilerplate, and that are small enough."""
    signs = {element: _sign_of(element) for element in candidates}
    return {
        element: sign
        for element, sign in signs.items()
        if sign and sizes[element].running <= total * _most_of(sign)
    }


def _believed_signs(named: dict[_Element, str], sizes: Sizes, total: int) -> set[str]:
    """The signs that mean boilerplate on this page.

    A word whose containers hold in sum much of the running text names something else here, and so
    do words that together hold most of it.
    """
    sums = dict.fromkeys(named.values(), 0)
    for element, sign in named.items():
        running = sizes[element].running
        if running and not any(named.get(outer) == sign for outer in element.iterancestors()):
            sums[sign] += running
    believed = set()
    budget = total * MAX_SUM
    for sign, running in sorted(sums.items(), key=itemgetter(1)):
        budget -= running
        if running <= total * _most_of(sign) and budget >= 0:
            believed.add(sign)
    return believed


def _most_of(sign: str) -> float:
    """The share of the page's running text that containers with this sign may hold."""
    if sign == DOUBTFUL:
        return 0.0
    return MAX_SHARE / 2 if sign in BOILERPLATE_TAGS else MAX_SHARE


def _sign_of(element: _Element) -> str | None:
    """The word by which an element is boilerplate, else its tag; None when it is none."""
    parent = element.getparent()
    if parent is None or (element.tag == "span" and parent.tag == "p"):
        return None  # a span in a sentence is a mark ("paywall", "ad"), not a container
    sign = sign_in(f"{element.get('class') or ''} {element.get('id') or ''}")
    if element.tag in BOILERPLATE_TAGS and sign in {None, DOUBTFUL}:
        return str(element.tag)
    return sign


def _is_link_list(element: _Element, size: Size) -> bool:
    dense = size.links >= MIN_LINKS and size.linked >= size.text * LINK_SHARE
    return dense and size.running == 0 and element.tag in LIST_TAGS


@lru_cache(maxsize=8192)
def sign_in(name: str) -> str | None:
    """The word in a class and id that means boilerplate; ``DOUBTFUL`` for one that may mean it."""
    doubtful = None
    for token in name.split():
        words = [word.lower() for word in _WORD.findall(token)]
        sure = _sure_sign(words)
        if sure:
            return sure
        if "".join(words) in _ALONE or not _DOUBTFUL.isdisjoint(words):
            doubtful = DOUBTFUL
    return doubtful


def _sure_sign(words: list[str]) -> str | None:
    for word in ("".join(words), *words):
        if word in _SURE:
            return word
    return next((" ".join(pair) for pair in pairwise(words) if pair in _PAIRS), None)


def cut(element: _Element) -> None:
    """Remove an element and keep the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
