"""The fields that an operator's selectors name on a page, and the text that they choose."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from lxml.etree import _Element, iterwalk

from pipeline.extract.body.article_body import Body
from pipeline.extract.body.blocks import CELL, Block
from pipeline.extract.body.boilerplate import cut
from pipeline.extract.body.boilerplate_names import SILENT_TAGS
from pipeline.extract.metadata.bylines import names_in
from pipeline.extract.metadata.dates import credible
from pipeline.extract.tree import parse
from pipeline.overrides import NO_OVERRIDES, Overrides, compiled
from pipeline.records import Evidence, Page
from pipeline.text.charset import decode
from pipeline.text.cleaning import one_line, spaced
from pipeline.text.dates.reading import read_date, style_of
from pipeline.urls import Url

# Elements that begin and end a paragraph, besides list items and headings (HTML Living Standard,
# 15.3.3).
_BLOCKS = """
    address article aside blockquote br dd details div dl dt figcaption figure footer form header hr
    main nav ol p pre
    section summary table tr ul
"""
_HEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BREAKS = frozenset(_BLOCKS.split()) | _HEADS | {"li"}
_CELLS = frozenset(("td", "th"))


class Selected(NamedTuple):
    """What the selectors found; nothing where they matched nothing."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published: tuple[Evidence, ...] = ()
    section: str | None = None
    blocks: tuple[Block, ...] = ()

    def body(self, persons: tuple[str, ...]) -> Body | None:
        """The chosen text, by these persons; None where no text was chosen."""
        if not self.blocks:
            return None
        text = "\n\n".join(block.text for block in self.blocks)
        return Body(text, list(self.blocks), persons)


def select(tree: _Element, overrides: Overrides, *, url: Url, fetched_at: datetime) -> Selected:
    """Read what the selectors name, and take out of the tree what they remove."""
    if overrides == NO_OVERRIDES:
        return Selected()
    published = _first(tree, overrides.published, "datetime", "content")
    style = style_of((tree.get("lang") or "",), url.host.rpartition(".")[2])
    date = read_date(published, style) if published else None
    bylines = [_value(element, "content") for element in _matches(tree, overrides.authors)]
    fields = Selected(
        title=_first(tree, overrides.title, "content"),
        authors=tuple(dict.fromkeys(names_in(bylines))),
        published=_evidence(date, fetched_at),
        section=_first(tree, overrides.section, "content") or None,
    )
    for selector in overrides.remove:
        for element in _matches(tree, selector):
            cut(element)
    return fields._replace(blocks=tuple(_blocks_in(_matches(tree, overrides.body))))


def unmatched_in(page: Page, overrides: Overrides) -> list[str]:
    """The fields whose selectors match nothing on the page."""
    tree = parse(decode(page.content, page.content_type))
    unmatched = []
    for name, chosen in overrides:
        selectors = [chosen] if isinstance(chosen, str) else chosen or ()
        matched = tree is not None and all(_matches(tree, selector) for selector in selectors)
        if selectors and not matched:
            unmatched.append(name)
    return unmatched


def _evidence(date: datetime | None, fetched_at: datetime) -> tuple[Evidence, ...]:
    if date is None or not credible(date, fetched_at):
        return ()
    return (Evidence(provenance="selector", value=date),)


def _matches(tree: _Element, selector: str | None) -> list[_Element]:
    found = compiled(selector)(tree) if selector else []
    if not isinstance(found, list):
        return []
    return [element for element in found if isinstance(element, _Element)]


def _first(tree: _Element, selector: str | None, *attributes: str) -> str:
    """What the first match says that says anything; "" where none does."""
    values = (_value(element, *attributes) for element in _matches(tree, selector))
    return next(filter(None, values), "")


def _value(element: _Element, *attributes: str) -> str:
    """The first of the attributes that is filled, else the text."""
    values = (one_line(element.get(name) or "") for name in attributes)
    return next(filter(None, values), "") or spaced(element)


def _blocks_in(containers: Sequence[_Element]) -> Iterator[Block]:
    """The paragraphs in the containers; one inside another counts once."""
    outer = set(containers)
    for container in containers:
        if outer.isdisjoint(container.iterancestors()):
            yield from _listed(_paragraphs(container))


def _paragraphs(container: _Element) -> Iterator[Block]:
    """Each paragraph, heading and list item; the cells of a table's row in one."""
    kind, pieces = "p", [""]
    for event, element in _walk(container):
        if element.tag in _BREAKS:
            yield from _block(kind, pieces)
            within = element if event == "start" else element.getparent()
            kind, pieces = _kind(within), [""]
        elif element.tag in _CELLS and event == "start" and "".join(pieces).strip():
            pieces.append(CELL)
        pieces.append(_text_at(event, element, container))
    yield from _block(kind, pieces)


def _walk(container: _Element) -> Iterator[tuple[str, _Element]]:
    """The starts and ends of elements; of silent ones only the end, for the text behind them."""
    walk = iterwalk(container, events=("start", "end"))
    for event, element in walk:
        if event == "start" and element.tag in SILENT_TAGS:
            walk.skip_subtree()
        else:
            yield event, element


def _text_at(event: str, element: _Element, container: _Element) -> str:
    """The text behind the start or the end of an element; none behind the container."""
    if event == "start":
        return element.text or ""
    return "" if element is container else element.tail or ""


def _kind(element: _Element | None) -> str:
    """What a paragraph is by what it stands in."""
    while element is not None and element.tag in {"p", "br", "span", "div"}:
        element = element.getparent()
    if element is not None and element.tag in _HEADS:
        return "head"
    return "list" if element is not None and element.tag == "li" else "p"


def _block(kind: str, pieces: list[str]) -> Iterator[Block]:
    text = one_line("".join(pieces))
    if text:
        yield Block(kind, text)


def _listed(blocks: Iterator[Block]) -> Iterator[Block]:
    """List items that follow each other as one block of lines, as in every body."""
    items: list[str] = []
    for block in blocks:
        if block.kind == "list":
            items.append(f"- {block.text}")
            continue
        if items:
            yield Block("list", "\n".join(items))
            items = []
        yield block
    if items:
        yield Block("list", "\n".join(items))
