"""Marks what a query matched, as HTML that is safe by construction.

Text is escaped piece by piece, then marked.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from search.plan import Words
from search.text import Token, Tokenize

FRAGMENT_LENGTH = 200
"""Characters of a fragment, about."""

FRAGMENTS = 2


@dataclass(frozen=True, slots=True)
class _Match:
    """Characters ``start`` to ``end`` are what the ``words``-th pattern asks for."""

    start: int
    end: int
    words: int


def mark(text: str, field: str, words: Sequence[Words], tokenize: Tokenize) -> str:
    """The whole text as HTML with its matches inside ``<mark>``."""
    wanted = _asked_of(field, words)
    return _html(text, 0, len(text), _matches(tokenize(text), wanted) if wanted else ())


def fragments(text: str, field: str, words: Sequence[Words], tokenize: Tokenize) -> tuple[str, ...]:
    """The parts of the text that show the query best, in the order of the text.

    None when nothing matches there.

    A part with more different words of the query is better, then one with more matches, then the
    earlier.
    """
    wanted = _asked_of(field, words)
    if not wanted:
        return ()
    tokens = tokenize(text)
    matches = _matches(tokens, wanted)
    chosen: list[list[_Match]] = []
    for window in sorted(_windows(matches), key=_worth):
        if len(chosen) < FRAGMENTS and all(_apart(window, other) for other in chosen):
            chosen.append(window)
    chosen.sort(key=lambda window: window[0].start)
    return tuple(_fragment(text, tokens, window) for window in chosen)


def _asked_of(field: str, words: Sequence[Words]) -> list[Words]:
    return [each for each in words if any(name == field for name, _ in each.fields)]


def _matches(tokens: Sequence[Token], wanted: Sequence[Words]) -> list[_Match]:
    """Every match, by place; of two that overlap the one that begins first, then the longer."""
    found = [
        match for number, words in enumerate(wanted) for match in _found(tokens, words, number)
    ]
    found.sort(key=lambda match: (match.start, -match.end))
    apart: list[_Match] = []
    for match in found:
        if not apart or match.start >= apart[-1].end:
            apart.append(match)
    return apart


def _found(tokens: Sequence[Token], words: Words, number: int) -> Iterator[_Match]:
    first, length = words.tokens[0], len(words.tokens)
    for index, token in enumerate(tokens):
        if words.prefix:
            if token.text.startswith(first):
                yield _Match(token.start, token.end, number)
        elif token.text == first and _in_a_row(tokens, index, words.tokens):
            yield _Match(token.start, tokens[index + length - 1].end, number)


def _in_a_row(tokens: Sequence[Token], index: int, wanted: tuple[str, ...]) -> bool:
    last = index + len(wanted) - 1
    # Positions have a gap where a token was too long to be indexed.
    if last >= len(tokens) or tokens[last].position - tokens[index].position != len(wanted) - 1:
        return False
    return all(tokens[index + offset].text == text for offset, text in enumerate(wanted))


def _windows(matches: Sequence[_Match]) -> list[list[_Match]]:
    """From each match on, those that fit in one fragment with it."""
    windows = []
    for index, first in enumerate(matches):
        last = index
        while last + 1 < len(matches) and matches[last + 1].end - first.start <= FRAGMENT_LENGTH:
            last += 1
        windows.append(list(matches[index : last + 1]))
    return windows


def _worth(window: list[_Match]) -> tuple[int, int, int]:
    return -len({match.words for match in window}), -len(window), window[0].start


def _apart(window: list[_Match], other: list[_Match]) -> bool:
    """Whether the fragments around both cannot overlap."""
    (one_start, one_end), (other_start, other_end) = _reach(window), _reach(other)
    return one_end <= other_start or other_end <= one_start


def _reach(window: list[_Match]) -> tuple[int, int]:
    """The characters that the fragment of a window may show.

    Its matches, and around them what room is left.
    """
    start, end = window[0].start, window[-1].end
    margin = max(0, FRAGMENT_LENGTH - (end - start)) // 2
    return start - margin, end + margin


def _fragment(text: str, tokens: Sequence[Token], window: list[_Match]) -> str:
    start, end = _extended(text, tokens, *_words_around(tokens, window))
    before = "… " if start > 0 else ""
    after = " …" if end < len(text) else ""
    return f"{before}{_html(text, start, end, window)}{after}"


def _words_around(tokens: Sequence[Token], window: list[_Match]) -> tuple[int, int]:
    """The characters of whole words that a fragment shows: its matches, and what is in reach."""
    low, high = _reach(window)
    start, end = window[0].start, window[-1].end
    shown = [token for token in tokens if token.start >= low and token.end <= high]
    if not shown:
        return start, end
    return min(start, shown[0].start), max(end, shown[-1].end)


def _extended(text: str, tokens: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """With what has no words before the first and after the last one, if it is short."""
    words_before = any(token.end <= start for token in tokens)
    words_after = any(token.start >= end for token in tokens)
    if not words_before and start <= FRAGMENT_LENGTH:
        start = 0
    if not words_after and len(text) - end <= FRAGMENT_LENGTH:
        end = len(text)
    return start, end


def _html(text: str, start: int, end: int, matches: Iterable[_Match]) -> str:
    pieces = []
    for match in matches:
        pieces += [
            escape(text[start : match.start]),
            f"<mark>{escape(text[match.start : match.end])}</mark>",
        ]
        start = match.end
    return "".join([*pieces, escape(text[start:end])])
