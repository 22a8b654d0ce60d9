"""Words as the index has them.

Tantivy's analyzer, which Elasticsearch's is configured to equal (a contract test).
"""

import re
from functools import cache

import tantivy

from search.text import LONGEST_TOKEN, WORD_PATTERN, Analysis, Token
from storage.stems import sharing, stems_asked

_PLAIN = re.compile(
    "[\\0-\u02af\u0370-\u0482\u048a-\u0587\u1e00-\u1fff\u2000-\u2065\u20a0-\u20c0]*"
)
"""Texts of Latin, Greek, Cyrillic and Armenian letters, without marks: Python's words are ours."""

_PLAIN_WORD = re.compile(r"[^\W_]+")


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


ANALYSIS = Analysis(tokenize, sharing, stems_asked)
"""How both backends understand texts and queries."""
