"""The article's text: boilerplate removed, read by trafilatura, repaired."""

from collections.abc import Callable
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from pipeline.extract.body.blocks import Block, Mode, read_blocks
from pipeline.extract.body.boilerplate import MIN_PARAGRAPH, Sizes, remove_boilerplate
from pipeline.extract.body.data_text import text_in_data
from pipeline.extract.body.leads import cut_headlines, find_leads, with_leads
from pipeline.extract.body.repair import repaired, without_top
from pipeline.extract.metadata.bylines import opening_byline
from pipeline.extract.tree import parse
from pipeline.text.cleaning import letters

BYLINE_BLOCKS = 3

ENOUGH = 0.5
"""Share of the running text from which a result is taken: of what is left of the page, that of the
fast mode; of the whole page, that of both modes, else the untouched page is read."""

SHORT_TEXT = 600
"""Characters below which the page's data is looked at as well."""

MUCH_MORE = 1.5
BRIEF = 120
"""Characters from which a text can be a whole article, a news brief."""

MIN_SAME, SAME_START = 40, 40
"""Characters of a paragraph, and letters of its beginning, by which it is found in the data."""


class Source(NamedTuple):
    """The page whose text is looked for.

    Attributes:
        tree: of the page.
        sizes: of its elements, by ``uncover``.
        reread: gives the page's tree as it was.
        stated: characters of the text that structured data states.
    """

    tree: _Element
    sizes: Sizes
    reread: Callable[[], _Element | None]
    stated: int = 0


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
    source: Source,
    *,
    titles: tuple[str, ...],
    description: str | None,
    persons: tuple[str, ...],
) -> Body:
    """The article's text. Changes the tree: read everything else before.

    Args:
        source: the page.
        titles: the article's own and the page's other wordings of it.
        description: what the page says it is about.
        persons: the authors known so far.
    """
    tree, sizes = source.tree, source.sizes
    etree.strip_elements(tree, "head", with_tail=False)  # each of trafilatura's steps would walk it
    running = remove_boilerplate(tree, sizes)
    cut_headlines(tree, [description or ""])  # a subheadline, which is a part of the headline
    leads = find_leads(tree, sizes, titles, description)
    if running < SHORT_TEXT:  # trafilatura reads a short page as one paragraph
        cut_headlines(tree, titles)
    blocks = _whole(_read(tree, running), source, titles, description)
    authors = persons or named_on_top(blocks, titles[0])
    begun = without_top(blocks, titles)
    own = repaired(with_leads(begun, leads), authors)
    return Body("\n\n".join(block.text for block in own), blocks, authors)


def _whole(
    blocks: list[Block], source: Source, titles: tuple[str, ...], description: str | None
) -> list[Block]:
    """The blocks, or what the untouched page or its data says when they lack much of it."""
    size, running = _size(blocks), source.sizes[source.tree].running
    if size >= max(SHORT_TEXT, running * ENOUGH, source.stated / MUCH_MORE):
        return blocks
    untouched = source.reread()
    if untouched is None:
        return blocks
    stored = parse(text_in_data(untouched, titles))
    best = [] if stored is None else read_blocks(stored, mode=Mode.FAST)
    best = best if _is_same_text(best, blocks, description) else []
    if _size(best) <= size * MUCH_MORE and size < running:
        best = read_blocks(untouched, mode=Mode.RECALL)
    return best if _size(best) > size * MUCH_MORE else blocks


def _is_same_text(stored: list[Block], shown: list[Block], description: str | None) -> bool:
    """Whether what the data holds has something of what the page shows, or is about.

    Else it is what stands around the article: comments, other stories, terms of use.
    """
    if _size(shown) < BRIEF:
        return True
    texts = [block.text for block in shown if len(block.text) >= MIN_SAME]
    beginnings = [letters(text)[:SAME_START] for text in (*texts, description or "") if text]
    held = "".join(letters(block.text) for block in stored)
    return not beginnings or any(beginning in held for beginning in beginnings)


def _read(tree: _Element, running: int) -> list[Block]:
    """The blocks of the text, by the mode of trafilatura that finds more of it.

    Its fast mode costs two thirds of its default and reads most pages as well once boilerplate is
    gone. Where it leaves much of the running text behind, its default mode (readability and justext
    compared) is tried too.
    """
    blocks = read_blocks(tree, mode=Mode.FAST)
    if blocks and _size(blocks) >= running * ENOUGH:
        return blocks
    thorough = read_blocks(tree, mode=Mode.THOROUGH)
    return thorough if _size(thorough) > _size(blocks) else blocks


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
