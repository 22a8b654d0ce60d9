"""Marks what a query matched, as HTML that is safe by construction.

Text is escaped piece by piece, then marked.
"""

from collections.abc import Iterable, Sequence
from html import escape

from search.plan import Words
from search.presentation.matching import Span, Text, matches
from search.text import Analysis

FRAGMENT_LENGTH = 200
"""Characters of a fragment, about."""

FRAGMENTS = 2

BEGINNING = 1_500
"""Characters of a long text that are read first, up to the end of their paragraph."""

_PARAGRAPH = "\n\n"


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
    found = matches(Text(text, language, analysis), wanted) if wanted else ()
    return _html(text, 0, len(text), found)


def fragments(
    text: str, field: str, words: Sequence[Words], analysis: Analysis, language: str | None = None
) -> tuple[str, ...]:
    """The parts of the text that show the query best, in the order of the text.

    None when nothing matches there. Arguments are those of ``mark``.

    A part with more different words of the query is better, then one with more matches, then the
    earlier. Of a long text the rest is only read when its beginning does not show all words as
    often as parts are wanted.
    """
    wanted = _asked_of(field, words)
    if not wanted:
        return ()
    end = text.find(_PARAGRAPH, BEGINNING)
    if end > 0 and len(text) > 2 * BEGINNING:
        begun = Text(text[:end], language, analysis)
        chosen = _best_windows(begun, wanted)
        if len(chosen) == FRAGMENTS and all(_has_all(window, wanted) for window in chosen):
            return tuple(_fragment(begun, window, goes_on=True) for window in chosen)
    whole = Text(text, language, analysis)
    chosen = _best_windows(whole, wanted)
    return tuple(_fragment(whole, window, goes_on=False) for window in chosen)


def _best_windows(whole: Text, wanted: Sequence[Words]) -> list[list[Span]]:
    """The best windows that can stand beside each other, by place."""
    chosen: list[list[Span]] = []
    for window in sorted(_windows(matches(whole, wanted)), key=_worth):
        if len(chosen) < FRAGMENTS and all(_apart(window, other) for other in chosen):
            chosen.append(window)
    return sorted(chosen, key=lambda window: window[0].start)


def _has_all(window: list[Span], wanted: Sequence[Words]) -> bool:
    return len({span.words for span in window}) == len(wanted)


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


def _fragment(read: Text, window: list[Span], *, goes_on: bool) -> str:
    """The part around a window; ``goes_on`` when the article has more text than was read."""
    text = read.text
    start, end = _words_around(read, window)
    start = _extended_to_start(read, start)
    end = end if goes_on else _extended_to_end(read, end)
    before = "… " if start > 0 else ""
    after = " …" if goes_on or end < len(text) else ""
    return f"{before}{_html(text, start, end, window)}{after}"


def _words_around(read: Text, window: list[Span]) -> tuple[int, int]:
    """The characters of whole words that a fragment shows: its matches, and what is in reach."""
    low, high = _reach(window)
    start, end = window[0].start, window[-1].end
    first = next(read.tokens_from(max(0, low)), None)
    if first is not None:
        start = min(start, first.start)
    for token in read.tokens_from(end):
        if token.end > high:
            break
        end = token.end
    return start, end


def _extended_to_start(read: Text, start: int) -> int:
    """With what stands before the first word, if it is short."""
    first = next(read.tokens_from(0), None)
    is_first = first is None or first.start >= start
    return 0 if is_first and start <= FRAGMENT_LENGTH else start


def _extended_to_end(read: Text, end: int) -> int:
    """With what stands after the last word, if it is short."""
    is_last = next(read.tokens_from(end), None) is None
    return len(read.text) if is_last and len(read.text) - end <= FRAGMENT_LENGTH else end


def _html(text: str, start: int, end: int, matches: Iterable[Span]) -> str:
    pieces = []
    for match in matches:
        pieces += [
            escape(text[start : match.start]),
            f"<mark>{escape(text[match.start : match.end])}</mark>",
        ]
        start = match.end
    return "".join([*pieces, escape(text[start:end])])
