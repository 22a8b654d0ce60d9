"""Stems of words by Snowball, for what is indexed and for what is asked.

Source: https://snowballstem.org, by PyStemmer. Both backends index what is computed here, so that
they agree. A word is stemmed twice: as it is written, since the rules need its accents (élections,
Häuser), and as the index folds it, since people leave accents out. Its stems are folded.
"""

from functools import cache, lru_cache
from threading import local

import regex
import Stemmer
import tantivy

from search.text import WORD_PATTERN, Stems, Token

LONGEST_WORD = 60
"""Letters; longer words have no stems."""

_ALGORITHMS = {
    "latin": {
        "ca": "catalan",
        "cs": "czech",
        "da": "danish",
        "de": "german",
        "en": "english",
        "eo": "esperanto",
        "es": "spanish",
        "et": "estonian",
        "eu": "basque",
        "fi": "finnish",
        "fr": "french",
        "ga": "irish",
        "hu": "hungarian",
        "id": "indonesian",
        "it": "italian",
        "lt": "lithuanian",
        "nl": "dutch",
        "no": "norwegian",
        "pl": "polish",
        "pt": "portuguese",
        "ro": "romanian",
        "sr": "serbian",
        "sv": "swedish",
        "tr": "turkish",
    },
    "cyrillic": {"ru": "russian", "sr": "serbian"},
    "greek": {"el": "greek"},
    "armenian": {"hy": "armenian"},
    "hebrew": {"yi": "yiddish"},
    "arabic": {"ar": "arabic", "fa": "persian"},
    "devanagari": {"hi": "hindi", "ne": "nepali"},
    "tamil": {"ta": "tamil"},
}
"""Snowball's algorithms by writing system and language."""

_SAME = {"nb": "no", "nn": "no", "hr": "sr", "bs": "sr"}
"""Languages that are stemmed as another is."""

_FIRST_LETTERS = (
    (0x0041, 0x024F, "latin"),
    (0x0370, 0x03FF, "greek"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "armenian"),
    (0x0590, 0x05FF, "hebrew"),
    (0x0600, 0x077F, "arabic"),
    (0x0900, 0x097F, "devanagari"),
    (0x0B80, 0x0BFF, "tamil"),
    (0x1E00, 0x1EFF, "latin"),
    (0x1F00, 0x1FFF, "greek"),
)
"""Writing systems by Unicode's blocks."""

_TURKISH_CAPITALS = str.maketrans({"İ": "i", "I": "ı"})
_DOTTED = frozenset({"tr"})
_REMEMBERED = 50_000
_ours = local()

_WORD = regex.compile(WORD_PATTERN, regex.VERSION1)
"""Finds the words that the analyzer finds, without a record for each: stems need no places."""


def stemmed(token: Token, raw: str, language: str | None) -> tuple[str, ...]:
    """The stems of one word of a text, each with its language, such as ``en:minist``.

    Args:
        token: the word as it is indexed.
        raw: as it is written.
        language: of the text; a language that Snowball does not know has no stems.
    """
    code = _code(language)
    return tuple(f"{code}:{stem}" for stem in _stems(code, raw, token.text)) if code else ()


def stems_asked(token: Token, raw: str) -> Stems | None:
    """What a word of a query may be the stem of, in all languages of its writing system.

    None when it has no stems.
    """
    found = [
        (code, stem)
        for code in _ALGORITHMS.get(_script(raw), ())
        for stem in _stems(code, raw, token.text)
    ]
    if not found:
        return None
    bare = tuple(dict.fromkeys(stem for _, stem in found))
    return Stems(tuple(f"{code}:{stem}" for code, stem in found), bare)


def stem_text(text: str, language: str | None) -> str:
    """What a text's stems are indexed from: its stems with and without the language, by spaces."""
    code = _code(language)
    if code is None:
        return NO_STEMS
    found = (_indexed(code, word) for word in _WORD.findall(text))
    return " ".join(stems for stems in found if stems) or NO_STEMS


NO_STEMS = "-"
"""What a text without stems has instead.

Lucene reckons with the texts that have the field, Tantivy with all, so that all must have it.
"""


@lru_cache(_REMEMBERED)
def _indexed(code: str, word: str) -> str:
    """What is indexed of one word as it is written."""
    stems = _stems(code, word, fold(word))
    return " ".join(f"{stem} {code}:{stem}" for stem in stems)


def _code(language: str | None) -> str | None:
    lowered = (language or "").lower()
    code = _SAME.get(lowered, lowered)
    return code if any(code in known for known in _ALGORITHMS.values()) else None


@lru_cache(_REMEMBERED)
def _stems(language: str, raw: str, folded: str) -> tuple[str, ...]:
    """The stems of a word in a language; none outside of the language's writing system."""
    algorithm = _ALGORITHMS.get(_script(raw), {}).get(language)
    if algorithm is None or len(raw) > LONGEST_WORD or any(each.isdigit() for each in raw):
        return ()
    lowered = (raw.translate(_TURKISH_CAPITALS) if language in _DOTTED else raw).lower()
    stemmer = _stemmer(algorithm)
    stems = (stemmer.stemWord(form) for form in dict.fromkeys((lowered, folded)))
    return tuple(dict.fromkeys(fold(stem) for stem in stems if stem))


def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    """One for each thread, since they have a state."""
    known: dict[str, Stemmer.Stemmer] = _ours.__dict__
    if algorithm not in known:
        known[algorithm] = Stemmer.Stemmer(algorithm, 0)
    return known[algorithm]


def _script(word: str) -> str:
    first = ord(word[0])
    return next((name for low, high, name in _FIRST_LETTERS if low <= first <= high), "")


def fold(word: str) -> str:
    """A word as the index folds it."""
    if word.isascii():
        return word.lower()
    return "".join(token.text for token in _folder().pre_tokenize(word).tokens)


@cache
def _folder() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.lowercase())
        .build()
    )
