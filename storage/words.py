"""Words as the index has them.

Tantivy's analyzer, which Elasticsearch's is configured to equal (a contract test).
"""

from functools import cache

import tantivy

from search.text import LONGEST_TOKEN, WORD_PATTERN, Analysis, Token
from storage.stems import sharing, stems_asked


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


ANALYSIS = Analysis(tokenize, sharing, stems_asked)
"""How both backends understand texts and queries."""
