"""A page that came as plain text with its menus, labels and teasers in it.

A WET record, a scraped ``.txt``.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.extract.body.blocks import Block
from pipeline.extract.body.repair import is_sentence, repaired
from pipeline.extract.classify.page_features import text_length
from pipeline.extract.metadata.bylines import BYLINE_START, is_person, names_in, opening_byline
from pipeline.extract.metadata.dates import SHOWN_DATE
from pipeline.extract.metadata.sections import HOME, is_section
from pipeline.extract.plain_text.lines import (
    LABEL,
    TEASER_COST,
    LineSpan,
    is_box,
    is_closing,
    is_tool,
    lines_of,
    running_span,
    weight,
)
from pipeline.text.cleaning import letters
from pipeline.urls import Url

MARKUP = re.compile(r"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
MARKUP_WINDOW = 2000

TITLE = range(12, 301)
"""Characters of a title, those of CJK scripts counted three times."""

ABOVE = 200
"""Lines above the text among which its title is looked for."""

FAR = 12
"""Lines between title and text from which the title is one of another thing, unless something confirms it."""

MAX_META = 120
"""Characters of a line with author or date."""

MANY_HEADS = 4
RUN = 2
"""Sentences, or paragraphs, in a row from which lines are a text, however many headlines stand around."""

MAX_STEPS = 6
MOST_WORDS = 0.5

_STEP = re.compile(r"\s*([>»›→|])\s*|\s+(/)\s+")
_ABOUT = re.compile(r"^(?:about|über|sobre|à propos de)\s+", re.IGNORECASE)
_SITE = re.compile(r"^(.{12,})\s+[-–—|:·]+\s+(.{2,40})$")
_PIECES = re.compile(r"\s*[·•|]\s*")


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
    """True for what is plain text by its type and by its looks."""
    plain_type = content_type.partition(";")[0].strip().lower() == "text/plain"
    return plain_type and not MARKUP.search(text[:MARKUP_WINDOW])


def read_plain_text(text: str, *, announced: str, url: str) -> PlainTextArticle:
    """Title, text and what is said around them. ``announced`` is the feed's title."""
    lines = lines_of(text)
    span = running_span(lines)
    at = _title_at(lines, span, announced, url)
    title = _without_site(lines[at], url) if at is not None else announced
    top = at if at is not None else max(0, span.start - FAR)
    start = _text_start(lines, top + (at is not None), span)
    above, under = lines[max(0, top - 4) : top], lines[top + (at is not None) : start]
    authors = _authors(above, under, lines[span.end : span.end + FAR])
    elsewhere = {letters(line) for line in (*lines[:top], *lines[span.end :])}
    blocks = tuple(
        _block(line) for line in lines[start : span.end] if not _is_repeated_label(line, elsewhere)
    )
    return PlainTextArticle(
        title=title,
        section=_section(lines, top, title),
        description=next(
            (line for line in lines[top + 1 : start] if is_sentence(line) and weight(line) > 0),
            None,
        ),
        authors=authors,
        dates=tuple(
            found[0]
            for line in (*above, *under)
            if len(line) <= MAX_META and (found := SHOWN_DATE.search(line)) is not None
        ),
        blocks=blocks,
        paragraphs=tuple(block.text for block in repaired(list(blocks), title, authors)),
        size=sum(map(len, lines)),
        labelled=sum(len(line) for line in lines if weight(line) < 0),
        labels=sum(1 for line in lines if weight(line) < 0),
    )


def is_listing(dump: PlainTextArticle) -> bool:
    """True when sentences and headlines take turns: a list of articles.

    In a text, sentences follow sentences.
    """
    kinds = "".join("h" if block.kind == "head" else "s" for block in dump.blocks)
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


def _title_at(lines: list[str], span: LineSpan, announced: str, url: str) -> int | None:
    """The line above the text that most speaks for.

    Others repeat it, the address has its words, it is near.

    The first line is often the page's ``<title>``: the words of the article's title, and more.
    """
    first, last = max(0, span.start - ABOVE), min(span.start + FAR, len(lines))
    bare = [letters(line) for line in lines[:last]]
    known = (letters(announced), bare[0] if bare else "")
    candidates = [
        at
        for at in range(first, last)
        if _can_be_title(lines[at])
        and (
            at <= span.start
            or any(bare[at] in other and len(bare[at]) * 2 > len(other) for other in known)
        )
    ]
    if not candidates:
        return None
    address = Url(url)
    slug, head = _words(f"{address.path} {address.query}"), _words(lines[0])

    # A <title> shares its words with the address or with another line; any other first line is the
    # paper's name.
    echoed = any(_share(_words(lines[at]), head) for at in candidates if at)
    first_line = 1.5 if echoed or _share(head, slug) else 0.0

    def votes(at: int) -> float:
        line, words = lines[at], _words(lines[at])
        said = 3.0 * (bare[at] == letters(announced))
        said += 2.0 * any(other.endswith(bare[at]) for other in bare[first:at] if other != bare[at])
        said += 2.0 * (_share(words, head) + (bare[at] in bare[0])) if at else first_line
        said += 1.5 * _share(words, slug)
        said -= (weight(line) > 0) + 2 * (weight(line) <= TEASER_COST)
        return said - min(abs(span.start - at) / FAR, 2.0)

    return max(candidates, key=lambda at: (votes(at), at))


def _without_site(title: str, url: str) -> str:
    """A ``<title>`` without its site's name, which shows by a word that is in the host's name."""
    parts = _SITE.match(title)
    if not parts:
        return title
    host = letters(Url(url).host)
    return (
        parts[1]
        if any(letters(word) in host for word in re.findall(r"[^\W_]{3,}", parts[2]))
        else title
    )


def _words(text: str) -> frozenset[str]:
    """Words as they stand in addresses: "Größe" is "grosse" there, or "groesse".

    Three letters of each will do.
    """
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return frozenset(word for word in re.findall(r"[a-z0-9]{3,}", folded)) or frozenset(
        letters(text)
    )


def _share(words: frozenset[str], of: frozenset[str]) -> float:
    """The share of words that are among others, when it is most of them."""
    share = len(words & of) / len(words) if words else 0.0
    return share if share > MOST_WORDS else 0.0


def _can_be_title(line: str) -> bool:
    if (
        text_length(line) not in TITLE
        or is_tool(line)
        or is_closing(line)
        or is_box(line)
        or BYLINE_START.match(line)
    ):
        return False
    without_date = SHOWN_DATE.sub("", line)
    return (len(line.split()) > 2 or text_length(line) > len(line)) and len(without_date) * 2 > len(
        line
    )


def _text_start(lines: list[str], after_title: int, span: LineSpan) -> int:
    """Where the text begins: behind the title, and behind a byline, date or share bar that stands under it."""
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


def _steps(line: str) -> list[str]:
    """The parts of a line between the separators that it begins with.

    Others may stand in the title that ends it.
    """
    found = _STEP.search(line)
    return re.split(rf"\s*{re.escape(found[1] or found[2])}\s*", line) if found else [line]


def _section(lines: list[str], top: int, title: str) -> str | None:
    """The section by the breadcrumb: on one line around the title, or over the lines above it.

    Else beside a date.
    """
    above = lines[max(0, top - 4) : top]
    for trail in (
        _crumbs(lines[max(0, top - FAR) : top + 4], title),
        _crumb_lines(above),
        _beside_date(above),
    ):
        named = [step for step in trail if is_section(step, title)]
        if named:
            return named[-1]
    return None


def _crumbs(lines: list[str], title: str) -> list[str]:
    """The steps of a line that ends with the title or begins with the front page.

    "Home / World / Flood in Kelby".
    """
    for line in reversed(lines):
        before = line.removesuffix(title)
        steps = [step for step in _steps(before) if step]
        if (
            len(_steps(line)) > 1
            and len(steps) <= MAX_STEPS
            and (before != line or letters(steps[0]) in HOME)
        ):
            return steps
    return []


def _crumb_lines(above: list[str]) -> list[str]:
    """The lines between "Home" and the title."""
    homes = [at for at, line in enumerate(above) if letters(line) in HOME]
    return above[homes[-1] + 1 :] if homes else []


def _beside_date(above: list[str]) -> list[str]:
    """What stands before the date on the line above the title: "Sport | 15/11/2026"."""
    steps = _steps(above[-1]) if above and SHOWN_DATE.search(above[-1]) else []
    return [step for step in steps[:1] if len(steps) > 1 and not SHOWN_DATE.search(step)]


def _authors(above: list[str], under: list[str], after: list[str]) -> tuple[str, ...]:
    """Names in lines that begin like a byline.

    Else in a line under the title that holds names and perhaps a date.

    Labels look like names ("Breaking News"), so that the latter are believed between title and text
    only, beside a date or a share bar.
    """
    named = tuple(dict.fromkeys(name for line in (*above, *under) for name in _byline(line)))
    if named:
        return named
    for line in after:
        about = _ABOUT.sub("", line) if _ABOUT.match(line) else ""
        if about and is_person(about) and any(about in other for other in under):
            return (about,)
    for at, line in enumerate(under):
        near = under[max(0, at - 1) : at + 2]
        beside = weight(line) == LABEL and any(
            is_tool(other) or SHOWN_DATE.search(other) for other in near
        )
        if beside and (names := opening_byline(SHOWN_DATE.split(line)[0].strip(" |·•-–—,"))):
            return names
    return ()


def _byline(line: str) -> Iterator[str]:
    if len(line) > MAX_META or is_sentence(line) or not BYLINE_START.match(line):
        return
    piece = next(iter(_PIECES.split(SHOWN_DATE.sub("|", line))), "")
    yield from (name for name in names_in([piece]) if is_person(name))
