"""Where the words of a query stand in a text: what the index found, found again to be marked."""

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property
from itertools import islice

from search.plan import Match, Words
from search.text import Analysis, Sharing, Token


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` are what the ``words``-th of the asked words asks for."""

    start: int
    end: int
    words: int


@dataclass(frozen=True)
class Text:
    """A text, which is split into all its words only where it takes that.

    Attributes:
        text: as it is kept.
        language: what it is written in, by which words share a stem.
        analysis: how it is split.
    """

    text: str
    language: str | None
    analysis: Analysis

    @cached_property
    def tokens(self) -> Sequence[Token]:
        """All its words."""
        return self.analysis.tokenize(self.text)

    def tokens_from(self, start: int) -> Iterator[Token]:
        """The words that begin at a character or after it."""
        found = self.analysis.scan(self.text, start, None)
        if found is not None:
            return found
        first = bisect_left(self.tokens, start, key=lambda token: token.start)
        return islice(self.tokens, first, None)

    def candidates(self, letters: frozenset[str] | None) -> Iterator[Token]:
        """The words that begin with one of these folded letters, and maybe others."""
        found = self.analysis.scan(self.text, 0, letters) if letters else None
        return iter(self.tokens) if found is None else found


def matches(text: Text, wanted: Sequence[Words]) -> list[Span]:
    """Every match, by place; of two that overlap the one that begins first, then the longer."""
    found = [span for number, words in enumerate(wanted) for span in _found(text, words, number)]
    found.sort(key=lambda span: (span.start, -span.end))
    apart: list[Span] = []
    for span in found:
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
    return apart


def _found(text: Text, words: Words, number: int) -> Iterator[Span]:
    if words.match is Match.NEAR:
        yield from _near(text.tokens, words, number)
    elif len(words.tokens) > 1:
        yield from _rows(text, words.tokens, number)
    else:
        yield from _single(text, words, number)


def _single(text: Text, words: Words, number: int) -> Iterator[Span]:
    (wanted,) = words.tokens
    fits = _comparison(words.match, wanted, words.slack)
    sharing = text.analysis.sharing(words.stems, text.language) if words.stems else None
    known: dict[str, bool] = {}
    for token in text.candidates(_first_letters(words, sharing)):
        raw = text.text[token.start : token.end]
        if raw not in known:
            known[raw] = fits(token.text) or bool(sharing and sharing.shares(raw, token.text))
        if known[raw]:
            yield Span(token.start, token.end, number)


def _first_letters(words: Words, sharing: Sharing | None) -> frozenset[str] | None:
    """What every word that matches begins with, of one word; None when that cannot be told."""
    if words.match is Match.FUZZY:
        return None
    letters = frozenset(words.tokens[0][0])
    if sharing is None:
        return letters
    return None if sharing.starts is None else letters | sharing.starts


def _comparison(match: Match, wanted: str, slack: int) -> Callable[[str], bool]:
    """Whether a word is what is wanted."""
    if match is Match.PREFIX:
        return lambda word: word.startswith(wanted)
    if match is Match.PATTERN:
        pattern = _pattern(wanted)
        return lambda word: pattern.fullmatch(word) is not None
    if match is Match.FUZZY:
        return lambda word: within(word, wanted, slack)
    return lambda word: word == wanted


def _rows(text: Text, wanted: tuple[str, ...], number: int) -> Iterator[Span]:
    for token in text.candidates(frozenset(wanted[0][0])):
        if token.text != wanted[0]:
            continue
        row = list(islice(text.tokens_from(token.start), len(wanted)))
        if _is_row(row, wanted):
            yield Span(token.start, row[-1].end, number)


def _is_row(tokens: Sequence[Token], wanted: tuple[str, ...]) -> bool:
    if tuple(token.text for token in tokens) != wanted:
        return False
    # Positions have a gap where a token was too long to be indexed.
    return tokens[-1].position - tokens[0].position == len(wanted) - 1


def _near(tokens: Sequence[Token], words: Words, number: int) -> Iterator[Span]:
    """Both words, wherever the second stands after the first when moved by few enough places."""
    _, second = words.tokens
    marked: dict[int, Token] = {}
    recent: deque[Token] = deque()
    for token in tokens:
        if token.text not in words.tokens:
            continue
        while recent and token.position - recent[0].position > words.slack + 1:
            recent.popleft()
        for other in recent:
            passed = token.position - other.position
            moves = passed - 1 if token.text == second else passed + 1
            if token.text != other.text and moves <= words.slack:
                marked |= {other.position: other, token.position: token}
        recent.append(token)
    for token in marked.values():
        yield Span(token.start, token.end, number)


def _pattern(text: str) -> re.Pattern[str]:
    # Unlike a plain ".*", what fnmatch writes never goes back over a long word.
    return re.compile(translate(text))


def within(one: str, other: str, distance: int) -> bool:
    """Whether ``distance`` changes of a letter make one word the other.

    A change alters, adds or takes away a letter, or swaps two neighbours (optimal string
    alignment, as in Lucene's and Tantivy's automata).
    """
    if abs(len(one) - len(other)) > distance:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row = row, [i]
        for j, wanted in enumerate(other, 1):
            best = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        if min(row) > distance:
            return False
        before = above
    return row[-1] <= distance
