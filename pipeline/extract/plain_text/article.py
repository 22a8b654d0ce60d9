"""The article of a page that came as plain text, with its menus, labels and teasers in it.

Such pages are records of WET files and scraped ``.txt`` files.
"""

import re
from dataclasses import dataclass

from pipeline.extract.body.blocks import Block
from pipeline.extract.body.repair import is_sentence, repaired
from pipeline.extract.metadata.bylines import BYLINE_START
from pipeline.extract.metadata.dates import SHOWN_DATE
from pipeline.extract.plain_text.lines import LineSpan, is_tool, lines_of, running_span, weight
from pipeline.extract.plain_text.surroundings import (
    MAX_META,
    Surroundings,
    find_authors,
    find_dates,
    find_section,
)
from pipeline.extract.plain_text.titles import FAR, TITLE, find_title, without_site
from pipeline.text.cleaning import letters
from pipeline.text.lengths import text_length
from pipeline.urls import Url

MARKUP = re.compile(r"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
MARKUP_WINDOW = 2000

MANY_HEADS = 4
RUN = 2
"""Sentences, or paragraphs, in a row from which lines are a text, however many headlines there
are."""


@dataclass(frozen=True, slots=True)
class PlainTextArticle:
    """What the lines say.

    Attributes:
        blocks: the text with what ``repaired`` takes out still in it.
        paragraphs: the article's own.
        dates: lines near the title with a date.
        size: characters of all lines.
        labelled: of those, in lines that are no sentences; menus and teasers, as links are on a
            page.
        labels: how many such lines.
    """

    title: str
    section: str | None
    description: str | None
    authors: tuple[str, ...]
    dates: tuple[str, ...]
    blocks: tuple[Block, ...]
    paragraphs: tuple[str, ...]
    size: int
    labelled: int
    labels: int


def is_plain_text(text: str, content_type: str) -> bool:
    """True for plain text, by its type and by its first characters."""
    plain_type = content_type.partition(";")[0].strip().lower() == "text/plain"
    return plain_type and not MARKUP.search(text[:MARKUP_WINDOW])


def read_plain_text(text: str, *, announced: str, url: Url) -> PlainTextArticle:
    """Title, text and what is said around them. ``announced`` is the feed's title."""
    lines = lines_of(text)
    span = running_span(lines)
    at = find_title(lines, span, announced, url)
    title = announced if at is None else without_site(lines[at], url)
    top = max(0, span.start - FAR) if at is None else at
    below = top if at is None else top + 1
    start = _text_start(lines, below, span)
    around = Surroundings(above=lines[max(0, top - 4) : top], under=lines[below:start])
    authors = find_authors(around)
    blocks = _blocks(lines, LineSpan(start, span.end), top)
    labels = [line for line in lines if weight(line) < 0]
    return PlainTextArticle(
        title=title,
        section=find_section(lines, top, title),
        description=_description(lines[top + 1 : start]),
        authors=authors,
        dates=find_dates(around),
        blocks=blocks,
        paragraphs=tuple(block.text for block in repaired(list(blocks), authors)),
        size=sum(map(len, lines)),
        labelled=sum(map(len, labels)),
        labels=len(labels),
    )


def _blocks(lines: list[str], text: LineSpan, top: int) -> tuple[Block, ...]:
    """The text's lines as blocks, without labels that also stand elsewhere on the page."""
    elsewhere = {letters(line) for line in (*lines[:top], *lines[text.end :])}
    own = lines[text.start : text.end]
    return tuple(_block(line) for line in own if not _is_repeated_label(line, elsewhere))


def _description(lines: list[str]) -> str | None:
    for line in lines:
        if is_sentence(line) and weight(line) > 0:
            return line
    return None


def is_listing(article: PlainTextArticle) -> bool:
    """True when sentences and headlines take turns: a list of articles.

    In a text, sentences follow sentences.
    """
    kinds = "".join("h" if block.kind == "head" else "s" for block in article.blocks)
    runs = [len(run) for run in kinds.split("h") if run]
    return kinds.count("h") >= MANY_HEADS and bool(runs) and max(runs) < RUN


def _is_repeated_label(line: str, elsewhere: set[str]) -> bool:
    """True for another article's headline in the text.

    It stands in a list elsewhere on the page as well.
    """
    if is_sentence(line) or len(line) < min(TITLE):
        return False
    return letters(line) in elsewhere or letters(line.partition(": ")[2]) in elsewhere


def _block(line: str) -> Block:
    if re.match(r"[-*•–]\s", line):
        return Block("list", f"- {line[1:].strip()}")
    return Block("p" if is_sentence(line) or text_length(line) > MAX_META else "head", line)


def _text_start(lines: list[str], after_title: int, span: LineSpan) -> int:
    """Where the text begins: behind the title, and a byline, date or share bar under it."""
    start = max(span.start, after_title)
    for at in range(min(after_title + FAR, span.end) - 1, after_title - 1, -1):
        if at < start + 3 and _is_meta(lines[at]):  # a standfirst, a byline, a date
            return max(start, at + 1)
    return start


def _is_meta(line: str) -> bool:
    """True for a byline, a date, a share bar; not for a sentence."""
    if len(line) > MAX_META or is_sentence(line):
        return False
    return is_tool(line) or bool(SHOWN_DATE.search(line)) or bool(BYLINE_START.match(line))
