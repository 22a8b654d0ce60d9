"""The article's text: furniture out, trafilatura's reading, repair."""

from typing import NamedTuple

from lxml.etree import _Element

from pipeline.extract.body.blocks import Block, read_blocks
from pipeline.extract.body.boilerplate import MIN_PARAGRAPH, Sizes, remove_furniture
from pipeline.extract.body.headlines import LEAD_START, find_lead, remove_headline
from pipeline.extract.body.repair import repaired
from pipeline.extract.metadata.bylines import opening_byline
from pipeline.text.cleaning import letters

BYLINE_BLOCKS = 3

ENOUGH = 0.75
"""Share of the page's running text from which a fast reading is taken; below, trafilatura's fall-backs are asked."""


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

    ``titles`` are the article's own and the page's other wordings of it; ``persons`` are the
    authors known so far.

    trafilatura's fast mode costs two thirds of its default and reads most pages as well once
    furniture is gone. Where it leaves much of the running text behind, its default mode
    (readability and justext compared) is asked, and the reading with more of the page's text is
    taken.
    """
    lead = find_lead(tree, description)
    running = remove_furniture(tree, sizes)
    remove_headline(tree, sizes, titles, description)
    title = titles[0]
    blocks = read_blocks(tree)
    if _size(blocks) < running * ENOUGH or not blocks:
        thorough = read_blocks(tree, fast=False)
        blocks = thorough if _size(thorough) > _size(blocks) else blocks
    authors = persons or named_on_top(blocks, title)
    paragraphs = [block.text for block in repaired(blocks, title, authors)]
    if (
        lead
        and paragraphs
        and not any(letters(lead)[:LEAD_START] in letters(text) for text in paragraphs[:3])
    ):
        paragraphs.insert(0, lead)
    return Body("\n\n".join(paragraphs), blocks, authors)


def named_on_top(blocks: list[Block], title: str) -> tuple[str, ...]:
    """The authors by the line above the text: papers with one account for all write them there."""
    for block in blocks[:BYLINE_BLOCKS]:
        for line in block.text.split("\n") if block.kind in {"p", "list"} else ():
            names = opening_byline(line.removeprefix("- "))
            if names and not any(letters(name) in letters(title) for name in names):
                return names
        if len(block.text) > MIN_PARAGRAPH:
            break
    return ()


def _size(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)
