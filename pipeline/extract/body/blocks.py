"""trafilatura's reading of a page as a list of blocks, each with what is needed to judge it.

Barbaresi 2021, "Trafilatura: A Web Scraping Library and Command-Line Tool for Text Discovery and
Extraction" (https://aclanthology.org/2021.acl-demo.15/).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element, iterwalk
from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor

from pipeline.text.cleaning import one_line, raw_text


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


def read_blocks(tree: _Element, *, fast: bool = True) -> list[Block]:
    """The page's text by trafilatura; the tree stays as it is."""
    options = Extractor(fast=fast, comments=False, links=True, tables=True)
    try:
        document = bare_extraction(tree, options=options)
    except (ValueError, TypeError, AttributeError, RecursionError, AssertionError):
        return []
    if not isinstance(document, Document) or document.body is None:
        return []
    return list(_blocks_of(document.body))


def _blocks_of(body: _Element) -> Iterator[Block]:
    for element in body:
        kind = _KINDS.get(str(element.tag), "p")
        for text in _texts(element, kind):
            if text:
                yield Block(kind, text, _linked(element))


_KINDS = {"head": "head", "list": "list", "quote": "quote", "table": "table", "code": "code"}


def _texts(element: _Element, kind: str) -> Iterator[str]:
    if kind == "list":
        yield "\n".join(
            f"- {line}" for item in element.iter("item") if (line := one_line(raw_text(item)))
        )
    elif kind == "table":
        for row in element.iter("row"):
            yield " | ".join(
                cell for part in row.iter("cell") if (cell := one_line(raw_text(part)))
            )
    else:
        yield from _lines(element)


def _lines(element: _Element) -> Iterator[str]:
    """The paragraphs in an element.

    Paragraphs inside a quotation and lines that are broken off are their own.
    """
    pieces = [""]
    for event, step in iterwalk(element, events=("start", "end")):
        breaks = step.tag in {"lb", "p", "quote", "item"}
        if event == "start":
            if breaks:
                pieces.append("")
            pieces[-1] += step.text or ""
        elif step is not element:
            if breaks:
                pieces.append("")
            pieces[-1] += step.tail or ""
    yield from (one_line(piece) for piece in pieces)


def _linked(element: _Element) -> float:
    total = sum(len(text) for text in element.itertext())
    return (
        sum(len(text) for link in element.iter("ref") for text in link.itertext()) / total
        if total
        else 0.0
    )
