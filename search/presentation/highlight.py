"""Marks what a query matched, as HTML that is safe by construction.

Text is escaped piece by piece, then marked.
"""

from collections.abc import Iterable, Sequence
from html import escape

from search.plan import Words
from search.presentation.matching import Span, Text, matches, read
from search.text import Analysis, Token

FRAGMENT_LENGTH = 200
"""Characters of a fragment, about."""

FRAGMENTS = 2


def mark(
    text: str, field: str, words: Sequence[Words], analysis: Analysis, language: str | None = None
) -> str:
    """The whole text as HTML with its matches inside ``<mark>``.

    Args:
        text: the text.
        field: where it stands.
        words: what was asked for.
        analysis: how texts are split.
        language: of the text, by which words share a stem.
    """
    wanted = _asked_of(field, words)
    found = matches(read(text, language, analysis), wanted) if wanted else ()
    return _html(text, 0, len(text), found)


def fragments(
    text: str, field: str, words: Sequence[Words], analysis: Analysis, language: str | None = None
) -> tuple[str, ...]:
    """The parts of the text that show the query best, in the order of the text.

    None when nothing matches there. Arguments are those of ``mark``.

    A part with more different words of the query is better, then one with more matches, then the
    earlier.
    """
    wanted = _asked_of(field, words)
    if not wanted:
        return ()
    whole = read(text, language, analysis)
    chosen: list[list[Span]] = []
    for window in sorted(_windows(matches(whole, wanted)), key=_worth):
        if len(chosen) < FRAGMENTS and all(_apart(window, other) for other in chosen):
            chosen.append(window)
    chosen.sort(key=lambda window: window[0].start)
    return tuple(_fragment(whole, window) for window in chosen)


def _asked_of(field: str, words: Sequence[Words]) -> list[Words]:
    return [each for each in words if any(name == field for name, _ in each.fields)]


def _windows(matches: Sequence[Span]) -> list[list[Span]]:
    """From each match on, those that fit in one fragment with it."""
    windows = []
    for index, first in enumerate(matches):
        last = index
        while last + 1 < len(matches) and matches[last + 1].end - first.start <= FRAGMENT_LENGTH:
            last += 1
        windows.append(list(matches[index : last + 1]))
    return windows


def _worth(window: list[Span]) -> tuple[int, int, int]:
    return -len({match.words for match in window}), -len(window), window[0].start


def _apart(window: list[Span], other: list[Span]) -> bool:
    """Whether the fragments around both cannot overlap."""
    (one_start, one_end), (other_start, other_end) = _reach(window), _reach(other)
    return one_end <= other_start or other_end <= one_start


def _reach(window: list[Span]) -> tuple[int, int]:
    """The characters that the fragment of a window may show.

    Its matches, and around them what room is left.
    """
    start, end = window[0].start, window[-1].end
    margin = max(0, FRAGMENT_LENGTH - (end - start)) // 2
    return start - margin, end + margin


def _fragment(whole: Text, window: list[Span]) -> str:
    text, tokens = whole.text, whole.tokens
    start, end = _extended(text, tokens, *_words_around(tokens, window))
    before = "… " if start > 0 else ""
    after = " …" if end < len(text) else ""
    return f"{before}{_html(text, start, end, window)}{after}"


def _words_around(tokens: Sequence[Token], window: list[Span]) -> tuple[int, int]:
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


def _html(text: str, start: int, end: int, matches: Iterable[Span]) -> str:
    pieces = []
    for match in matches:
        pieces += [
            escape(text[start : match.start]),
            f"<mark>{escape(text[match.start : match.end])}</mark>",
        ]
        start = match.end
    return "".join([*pieces, escape(text[start:end])])
