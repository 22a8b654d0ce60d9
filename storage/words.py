"""Words as the index has them.

Tantivy's analyzer, which Elasticsearch's is configured to equal (a contract test).
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

import tantivy

from search.text import LONGEST_TOKEN, WORD_PATTERN, Analysis, Token
from storage.stems import fold, sharing, stems_asked

_PLAIN = re.compile(
    "[\\0-\u02af\u0370-\u0482\u048a-\u0587\u1e00-\u1fff\u2000-\u2065\u20a0-\u20c0]*"
)
"""Texts of Latin, Greek, Cyrillic and Armenian letters, without marks: Python's words are ours."""

_PLAIN_WORD = re.compile(r"[^\W_]+")

_PLAIN_LETTERS = (*range(0x588), *range(0x1E00, 0x2000))
"""Where the letters of ``_PLAIN`` are."""


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """Splits by ``WORD_PATTERN``, folds to ASCII, lowercases, and leaves out long tokens."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(WORD_PATTERN))
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.remove_long(LONGEST_TOKEN + 1))
        .build()
    )


def tokenize(text: str) -> list[Token]:
    """``search.text.Tokenize`` for texts that went through ``normalise``."""
    tokens = analyzer().pre_tokenize(text).tokens
    return [Token(t.text, t.position, t.char_offset_from, t.char_offset_to) for t in tokens]


def raw_words(text: str) -> list[str]:
    """The words as they are written, with those that are too long for the index.

    Most texts need no Tantivy for it, which takes ten times as long.
    """
    if _PLAIN.fullmatch(text):
        return _PLAIN_WORD.findall(text)
    return [text[token.start : token.end] for token in tokenize(text)]


def scan(text: str, start: int, letters: frozenset[str] | None) -> Iterator[Token] | None:
    """``search.text.Analysis.scan``: it takes a tenth of the time when few words are wanted."""
    if not _is_plain(text):
        return None
    return _scanned(text, start, _PLAIN_WORD if letters is None else _beginning(letters))


@lru_cache(64)
def _is_plain(text: str) -> bool:
    """Remembered, since a text is scanned several times while it is shown."""
    return _PLAIN.fullmatch(text) is not None


def _scanned(text: str, start: int, pattern: re.Pattern[str]) -> Iterator[Token]:
    # From one character before, so that the end of a longer word is not taken for a word.
    found = pattern.finditer(text, max(0, start - 1))
    position = -1
    for match in found:
        if match.start() < start:
            continue
        position += 1
        if match.end() - match.start() <= LONGEST_TOKEN:
            yield Token(fold(match[0]), position, match.start(), match.end())


@lru_cache(256)
def _beginning(letters: frozenset[str]) -> re.Pattern[str]:
    """Words of plain texts that begin so when they are folded."""
    written = "".join(_letters_by_fold().get(letter, "") for letter in sorted(letters))
    first = re.escape(written)
    return re.compile(rf"[{first}](?<![^\W_].)[^\W_]*+") if first else re.compile(r"(?!)")


@cache
def _letters_by_fold() -> dict[str, str]:
    """The letters that a word may begin with as it is written, by its first one when folded."""
    found: dict[str, str] = {}
    for code in _PLAIN_LETTERS:
        written = chr(code)
        if _PLAIN_WORD.fullmatch(written) and (folded := fold(written)):
            found[folded[0]] = found.get(folded[0], "") + written
    return found


ANALYSIS = Analysis(tokenize, scan, sharing, stems_asked)
"""How both backends understand texts and queries."""
