"""A page that came as plain text, as lines, and which of them are its running text.

Without tags, density is what is left: an article is where long sentences stand close together,
menus and teasers are short labels (Kohlschütter et al. 2010, "Boilerplate Detection using Shallow
Text Features", https://doi.org/10.1145/1718487.1718542). Each line gains or costs, and the text is
the stretch of lines with the largest sum (Finn et al. 2001, "Fact or fiction: Content
classification for digital libraries").
"""

import re
from dataclasses import dataclass
from itertools import accumulate, pairwise

from pipeline.extract.body.boilerplate_phrases import (
    CREDIT,
    REQUEST,
    TEASER,
    TEASER_HEAD,
)
from pipeline.extract.body.repair import SHORT, is_sentence
from pipeline.text.cleaning import one_line
from pipeline.text.lengths import text_length
from pipeline.text.tables import any_of

MAX_LINES = 20_000
"""Lines read; a book has fewer."""

PARAGRAPH = 80
"""Characters from which a line with a sentence in it is a paragraph."""

LONG = 200
"""Characters from which a line is one without: Thai has no full stop."""

MOST = 400
"""Most points of a line: one endless line (a list of countries) must not outweigh an article."""

LABEL, REQUEST_COST, CLOSING_COST = -25, -50, -100
"""Points of lines that are no sentences: a subhead costs little, what announces others much."""

ENOUGH = 300
"""Running text from which a closing mark is believed; above an article there are comments' counts,
too."""

NEAR = 6
SHARE_BEFORE_BOX = 0.5
SHARE_BEFORE_CLOSING = 0.05

WRAPPED = range(45, 101)
"""Lengths of lines that were broken to fit a column."""

# Lines after which an article is over, by what follows them, beside the headings over other
# articles that ``boilerplate_phrases`` has. They are compared as whole lines.
CLOSINGS = {
    "the author": r"""
        about(?: the)? (?:author|writer|reporter|.{2,40})
        (?:über|zur|zum) (?:de[nr] )?(?:autor|autorin)(?: .{2,40})?
        (?:à propos|l['’]auteur|sobre (?:el|la|o|a) (?:autora?|.{2,40})|l['’]autore|over de auteur
            |об авторе)\b.{0,40}
        (?:all|more|view all) (?:posts|articles|stories)(?: by .{2,40})?
    """,
    "reactions": r"""
        (?:leave|post|write|add) (?:a|your) (?:reply|comment)
        (?:\d+ )?(?:responses?|replies|comments?|thoughts?) (?:to|on) .{2,150}
        (?:\d+ )?(?:comments?|replies|responses|reactions|kommentare?|comentarios?|commentaires?
            |commenti|reacties)
        (?:laisser un commentaire|deixe um comentário|lascia un commento|оставить комментарий
            |комментарии|评论|コメント)
    """,
    "tags and neighbours": r"""
        post navigation
        (?:\#\w+\s*+)+
        (?:tags?|topics?|filed under|schlagwörter|themen|etiquetas|temas|mots[- ]clés
            |argomenti)(?:[:\s].{0,150})?
        (?:previous|next|prev)(?: (?:article|post|story))?(?:\s.{0,150})?
    """,
}

# Labels of sharing and of tools around a text; whole lines, alone or several in a row.
TOOLS = r"""
    share teilen partager compartir compartilhar condividi delen dela del поделиться 分享 シェア
    facebook twitter x linkedin whatsapp telegram pinterest reddit email e-mail mail copy link print
    drucken imprimir
    imprimer stampa a\+ a- a tweet pin save merken enviar envoyer
"""

_TOOLS = re.compile(rf"^\W*(?:(?:{'|'.join(TOOLS.split())})\W*)+$", re.IGNORECASE)
_CLOSING = re.compile(rf"^\W*(?:{any_of(''.join(CLOSINGS.values()))})\W*$", re.IGNORECASE)
_INNER_SENTENCE = re.compile(r"[.!?]['\"”’»)]?\s+[^\W\d_]|[。！？।]")


@dataclass(frozen=True, slots=True)
class LineSpan:
    """The lines from ``start`` to before ``end``."""

    start: int
    end: int


def lines_of(text: str) -> list[str]:
    """The lines that are not empty; a paragraph that was wrapped to a column is one line again."""
    lines: list[str] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        part = [*filter(None, map(one_line, block.split("\n")))]
        lines += [" ".join(part)] if _is_wrapped(part) else part
        if len(lines) > MAX_LINES:
            break
    return lines[:MAX_LINES]


def _is_wrapped(part: list[str]) -> bool:
    """True when all lines but the last are about as long, and sentences run on over their ends."""
    lengths = [len(line) for line in part[:-1]]
    if not lengths or max(lengths) < len(part[-1]):
        return False
    if not all(length in WRAPPED for length in lengths):
        return False
    return sum(is_sentence(line) for line in part[:-1]) * 2 < len(part)


def is_tool(line: str) -> bool:
    """True for labels of sharing, printing and the like."""
    return len(line) <= SHORT and _TOOLS.match(line) is not None


def is_closing(line: str) -> bool:
    """True for a line after which an article is over: the author, comments, tags."""
    return len(line) <= SHORT and not is_sentence(line) and _CLOSING.match(line) is not None


def is_box(line: str) -> bool:
    """True for a heading over other articles; they may stand inside a text."""
    return len(line) <= SHORT and TEASER_HEAD.match(line) is not None


def weight(line: str) -> int:
    """The points for a line (above zero) or against it as part of an article's text."""
    if is_closing(line) or is_box(line):
        return CLOSING_COST
    if _is_boilerplate_phrase(line):
        return REQUEST_COST
    size = text_length(line)
    if _is_paragraph(line, size):
        return min(size, MOST)
    return size // 2 if " " in line and is_sentence(line) else LABEL


def _is_paragraph(line: str, size: int) -> bool:
    if size >= LONG:
        return True
    if size < PARAGRAPH:
        return False
    return is_sentence(line) or _INNER_SENTENCE.search(line) is not None


def _is_boilerplate_phrase(line: str) -> bool:
    if len(line) > SHORT:
        return False
    return any(table.search(line) for table in (REQUEST, CREDIT, TEASER))


def running_span(lines: list[str]) -> LineSpan:
    """The stretch of lines with the largest sum, up to the mark that closes it."""
    weights = [weight(line) for line in lines]
    best, total, begun = LineSpan(0, 0), 0, 0
    most = 0
    for position, value in enumerate(weights):
        if total <= 0:
            total, begun = 0, position
        total += value
        if total > most:
            most, best = total, LineSpan(begun, position + 1)
    return _closed(lines, weights, best)


def _closed(lines: list[str], weights: list[int], span: LineSpan) -> LineSpan:
    """The span up to the mark that closes it, once some text has come.

    Comments can be much longer than the article, so that a sure mark counts nearly whatever
    follows. A heading over other articles counts only behind a good part of the text, and where no
    two paragraphs follow each other close behind it: teasers are a headline and a line, in turns.
    """
    sums = [0, *accumulate(max(value, 0) for value in weights[span.start : span.end])]
    for position in range(span.start, span.end):
        before = sums[position - span.start]
        if before < ENOUGH:
            continue
        share = before / sums[-1]
        if share >= SHARE_BEFORE_CLOSING and is_closing(lines[position]):
            return LineSpan(span.start, position)
        if share < SHARE_BEFORE_BOX or not is_box(lines[position]):
            continue
        near = weights[position + 1 : min(position + 1 + NEAR, span.end)]
        if not _has_text(near):
            return LineSpan(span.start, position)
    return span


def _has_text(weights: list[int]) -> bool:
    """Whether two paragraphs follow each other."""
    return any(min(pair) >= PARAGRAPH for pair in pairwise(weights))
