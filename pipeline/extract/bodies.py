"""The article's text: furniture out, trafilatura's reading, repair."""

from lxml.etree import _Element

from pipeline.extract.blocks import Block, read_blocks
from pipeline.extract.furniture import Sizes, remove_furniture
from pipeline.extract.headlines import LEAD_START, find_lead, remove_headline
from pipeline.extract.repair import repaired
from pipeline.extract.text import letters

ENOUGH = 0.75
"""Share of the page's running text from which a fast reading is taken; below, trafilatura's fall-backs are asked."""


def find_body(tree: _Element, sizes: Sizes, *, title: str, description: str | None, authors: tuple[str, ...]) -> str:
    """Paragraphs separated by a blank line. Changes the tree: read everything else before.

    trafilatura's fast mode costs two thirds of its default and reads most pages as well once furniture is gone.
    Where it leaves much of the running text behind, its default mode (readability and justext compared) is asked,
    and the reading with more of the page's text is taken.
    """
    lead = find_lead(tree, description)
    running = remove_furniture(tree, sizes)
    remove_headline(tree, sizes, title, description)
    blocks = read_blocks(tree)
    if _size(blocks) < running * ENOUGH or not blocks:
        thorough = read_blocks(tree, fast=False)
        blocks = thorough if _size(thorough) > _size(blocks) else blocks
    paragraphs = [block.text for block in repaired(blocks, title, authors)]
    if lead and paragraphs and not any(letters(lead)[:LEAD_START] in letters(text) for text in paragraphs[:3]):
        paragraphs.insert(0, lead)
    return "\n\n".join(paragraphs)


def _size(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)
