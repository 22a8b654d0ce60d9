"""The article's text: boilerplate removed, read by trafilatura, repaired."""

from typing import NamedTuple

from lxml.etree import _Element

from pipeline.extract.body.blocks import Block, read_blocks
from pipeline.extract.body.boilerplate import MIN_PARAGRAPH, Sizes, remove_boilerplate
from pipeline.extract.body.headlines import LEAD_START, find_lead, remove_headline
from pipeline.extract.body.repair import repaired
from pipeline.extract.metadata.bylines import opening_byline
from pipeline.text.cleaning import letters

BYLINE_BLOCKS = 3
LEAD_PARAGRAPHS = 3

ENOUGH = 0.75
"""Share of the page's running text from which the fast mode's result is taken."""


class Body(NamedTuple):
    """What was read.

    Attributes:
        text: paragraphs separated by a blank line.
        blocks: what the text was made of, with all that was taken out.
        authors: the persons that were known, or those whom only the text's top names.
    """

    text: str
    blocks: list[Block]
    authors: tuple[str, ...]


def find_body(
    tree: _Element,
    sizes: Sizes,
    *,
    titles: tuple[str, ...],
    description: str | None,
    persons: tuple[str, ...],
) -> Body:
    """The article's text. Changes the tree: read everything else before.

    Args:
        tree: of the page.
        sizes: of its elements, by ``measure``.
        titles: the article's own and the page's other wordings of it.
        description: what the page says it is about.
        persons: the authors known so far.
    """
    lead = find_lead(tree, description)
    running = remove_boilerplate(tree, sizes)
    remove_headline(tree, sizes, titles, description)
    title = titles[0]
    blocks = _read(tree, running)
    authors = persons or named_on_top(blocks, title)
    paragraphs = [block.text for block in repaired(blocks, title, authors)]
    if lead and paragraphs and not _begins_with(paragraphs, lead):
        paragraphs.insert(0, lead)
    return Body("\n\n".join(paragraphs), blocks, authors)


def _read(tree: _Element, running: int) -> list[Block]:
    """The blocks of the text, by the mode of trafilatura that finds more of it.

    Its fast mode costs two thirds of its default and reads most pages as well once boilerplate is
    gone. Where it leaves much of the running text behind, its default mode (readability and justext
    compared) is tried too.
    """
    blocks = read_blocks(tree)
    if blocks and _size(blocks) >= running * ENOUGH:
        return blocks
    thorough = read_blocks(tree, fast=False)
    return thorough if _size(thorough) > _size(blocks) else blocks


def _begins_with(paragraphs: list[str], lead: str) -> bool:
    start = letters(lead)[:LEAD_START]
    return any(start in letters(text) for text in paragraphs[:LEAD_PARAGRAPHS])


def named_on_top(blocks: list[Block], title: str) -> tuple[str, ...]:
    """The authors by the line above the text: papers with one account for all write them there."""
    bare_title = letters(title)
    for block in blocks[:BYLINE_BLOCKS]:
        lines = block.text.split("\n") if block.kind in {"p", "list"} else []
        for line in lines:
            names = opening_byline(line.removeprefix("- "))
            if names and not any(letters(name) in bare_title for name in names):
                return names
        if len(block.text) > MIN_PARAGRAPH:
            break
    return ()


def _size(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)
