"""Boilerplate that trafilatura left in, taken out block by block; a pure function of the blocks.

The rules are general: what repeats the title, what is nearly all link, what a label announces as
another article, what asks the reader for something, who took the picture, and what comes after the
article's end.
"""

from collections.abc import Sequence

from pipeline.extract.body.blocks import Block
from pipeline.extract.body.boilerplate import MIN_PARAGRAPH
from pipeline.extract.body.boilerplate_phrases import CREDIT, REQUEST, TEASER, TEASER_HEAD
from pipeline.extract.metadata.bylines import opening_byline
from pipeline.text.cleaning import letters

MOSTLY_LINK = 0.75
"""Share of a block inside links from which it is a teaser, not a sentence with a reference."""

SHORT = 220
"""Characters up to which a block can be a request or a label; a longer one is text that mentions
such things."""

CREDIT_LENGTH = 120

SOME_LINKS = 0.4
HEADLINE = 100
"""Under a heading over other articles, blocks with so many links, or shorter and without a full
stop, are teasers."""

LABEL = 60
"""Characters up to which the last line is a label: behind a sentence and without being one, or
before a colon."""

TOP = 6
"""Blocks at the top among which the title, breadcrumb and date line are looked for."""


def repaired(blocks: list[Block], authors: tuple[str, ...] = ()) -> list[Block]:
    """The blocks that are the article's own."""
    kept = _without_byline(blocks, authors) or blocks
    links_count = not _is_made_of_links(kept)
    parts = (_own_part(block, links_count=links_count) for block in kept)
    kept = _without_teasers([part for part in parts if part is not None])
    return _without_end(kept)


def _is_made_of_links(blocks: list[Block]) -> bool:
    """Whether a third of the text is links, as in a list of offers; else links are teasers."""
    linked = sum(len(block.text) for block in blocks if block.linked >= MOSTLY_LINK)
    return linked * 3 >= sum(len(block.text) for block in blocks)


def without_top(blocks: list[Block], titles: Sequence[str]) -> list[Block]:
    """The blocks after the repeated title."""
    bare_titles = {letters(title) for title in titles} - {""}
    begun = 0
    while (found := _place_of_title(blocks[begun : begun + TOP], bare_titles)) is not None:
        before = blocks[begun : begun + found]
        begun += found + 1
        if any(len(earlier.text) > SHORT or is_sentence(earlier.text) for earlier in before):
            return before + blocks[begun:]  # the text has begun: a caption, a teaser of itself
    return blocks[begun:]


def _place_of_title(blocks: list[Block], bare_titles: set[str]) -> int | None:
    """The first block that is a title."""
    places = (at for at, block in enumerate(blocks) if letters(block.text) in bare_titles)
    return next(places, None)


def _without_byline(blocks: list[Block], authors: tuple[str, ...]) -> list[Block]:
    """The blocks without a line at their top that only says who wrote it."""
    known = {letters(name) for name in authors}

    def is_byline(block: Block) -> bool:
        names = opening_byline(block.text) if block.kind == "p" else ()
        return bool(names) and known.issuperset(letters(name) for name in names)

    return [block for block in blocks[:TOP] if not is_byline(block)] + blocks[TOP:]


def _own_part(block: Block, *, links_count: bool) -> Block | None:
    """The block, or None where it is not the article's."""
    is_linked = links_count and block.linked >= MOSTLY_LINK
    if is_linked and block.kind != "head":
        return None
    if block.kind == "list":
        return block
    if _is_boilerplate_phrase(block) or not any(map(str.isalnum, block.text)):
        return None
    return block


def _is_boilerplate_phrase(block: Block) -> bool:
    """Whether a short block asks for something, announces an article, or credits a picture."""
    text = block.text
    if len(text) <= CREDIT_LENGTH and CREDIT.search(text):
        return True
    if len(text) > SHORT:
        return False
    if REQUEST.search(text):
        return True
    return block.kind != "quote" and TEASER.match(text) is not None


def _without_teasers(blocks: list[Block]) -> list[Block]:
    """Blocks without headings that announce other articles, and what stands under them."""
    kept: list[Block] = []
    skipping = False
    for block in blocks:
        if len(block.text) <= SHORT and TEASER_HEAD.match(block.text):
            skipping = True
            continue
        skipping = skipping and block.kind != "head" and _can_be_teaser(block)
        if not skipping:
            kept.append(block)
    return kept


def _can_be_teaser(block: Block) -> bool:
    return (
        block.linked > SOME_LINKS
        or block.kind == "list"
        or (len(block.text) < HEADLINE and not is_sentence(block.text))
    )


def _without_end(blocks: list[Block]) -> list[Block]:
    """Blocks up to the article's end: no heading, no label."""
    end = len(blocks)
    while end > 1 and _is_after_end(blocks[end - 1]):
        end -= 1
    if end > 1 and _is_label(blocks[end - 1]) and _is_paragraph(blocks[end - 2]):
        end -= 1
    return blocks[:end]


def _is_label(block: Block) -> bool:
    """Whether a line is a few words."""
    return block.kind == "p" and len(block.text) <= LABEL and not is_sentence(block.text)


def _is_paragraph(block: Block) -> bool:
    return len(block.text) >= MIN_PARAGRAPH and is_sentence(block.text)


def _is_after_end(block: Block) -> bool:
    """Whether a block ends nothing: a heading, a label of what was taken out."""
    is_label = len(block.text) <= LABEL and block.text.endswith((":", "："))
    return block.kind == "head" or is_label


def is_sentence(text: str) -> bool:
    """True when the text ends as a sentence does."""
    return text.rstrip("”’»\"')").endswith((".", "!", "?", "…", "。", "！", "？", "।"))
