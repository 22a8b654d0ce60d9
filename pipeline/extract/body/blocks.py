"""What trafilatura reads of a page, as a list of blocks with what tells their kinds apart.

Barbaresi 2021, "Trafilatura: A Web Scraping Library and Command-Line Tool for Text Discovery and
Extraction" (https://aclanthology.org/2021.acl-demo.15/).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from lxml.etree import SubElement, _Element, iterwalk
from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor

from pipeline.text.cleaning import one_line, raw_text

_KINDS = frozenset({"head", "list", "quote", "table", "code"})
CELL = " | "
"""What stands between the cells of a table's row."""

_BREAKS = frozenset({"lb", "p", "quote", "item"})


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, subhead, quotation, list or table row of a body.

    Attributes:
        kind: ``p``, ``head``, ``quote``, ``list``, ``table`` or ``code``.
        text: as it is printed; the items of a list are on lines of their own.
        linked: the share of the text that is inside links.
    """

    kind: str
    text: str
    linked: float = 0.0


class Mode(Enum):
    """How trafilatura reads: by its own rules, also by readability and justext, or all it finds."""

    FAST = auto()
    THOROUGH = auto()
    RECALL = auto()


def read_blocks(tree: _Element, *, mode: Mode = Mode.FAST) -> list[Block]:
    """The page's text by trafilatura; the tree stays as it is."""
    try:
        document = bare_extraction(tree, options=_options(mode))
    except (ValueError, TypeError, AttributeError, RecursionError, AssertionError):
        return []
    if not isinstance(document, Document) or document.body is None:
        return []
    return list(_blocks_of(document.body))


@cache
def _options(mode: Mode) -> Extractor:
    """Options made once: each read of them costs as much as a copy of the page."""
    return Extractor(
        fast=mode is Mode.FAST,
        recall=mode is Mode.RECALL,
        comments=False,
        links=True,
        tables=True,
    )


def _blocks_of(body: _Element) -> Iterator[Block]:
    _join_broken(body)
    for element in body:
        kind = str(element.tag) if element.tag in _KINDS else "p"
        linked = _linked(element)
        yield from (Block(kind, text, linked) for text in _texts(element, kind) if text)


def _join_broken(body: _Element) -> None:
    """Join paragraphs that were broken at a link in a sentence.

    trafilatura does so with text that stands in no paragraph, and trims it there.
    """
    for element in list(body.iterchildren("p")):
        before = element.getprevious()
        if before is None or before.tag != "p" or not _goes_on(raw_text(before), element):
            continue
        element[0].tail = f" {element[0].tail}"
        SubElement(before, "hi").tail = " "
        before.extend(list(element))
        body.remove(element)


def _goes_on(text: str, element: _Element) -> bool:
    """True for a paragraph that begins with a link in the middle of a sentence."""
    if element.text or len(element) == 0 or element[0].tag != "ref":
        return False
    tail = element[0].tail or ""
    return text[-1:].isalpha() and tail[:1].islower()


def _texts(element: _Element, kind: str) -> Iterator[str]:
    if kind == "list":
        lines = _filled(element.iter("item"))
        yield "\n".join(f"- {line}" for line in lines)
    elif kind == "table":
        for row in element.iter("row"):
            yield CELL.join(_filled(row.iter("cell")))
    else:
        yield from _lines(element)


def _filled(elements: Iterable[_Element]) -> Iterator[str]:
    """The texts of elements, without empty ones."""
    return filter(None, (one_line(raw_text(element)) for element in elements))


def _lines(element: _Element) -> Iterator[str]:
    """The paragraphs in an element.

    Paragraphs inside a quotation and lines that are broken off are their own.
    """
    pieces = [""]
    for event, step in iterwalk(element, events=("start", "end")):
        if event == "end" and step is element:
            continue
        if step.tag in _BREAKS:
            pieces.append("")
        text = step.text if event == "start" else step.tail
        pieces[-1] += text or ""
    yield from (one_line(piece) for piece in pieces)


def _linked(element: _Element) -> float:
    """The share of an element's text that is inside links."""
    total = sum(map(len, element.itertext()))
    if not total:
        return 0.0
    return sum(len(text) for link in element.iter("ref") for text in link.itertext()) / total
