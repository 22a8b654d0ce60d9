"""Stems of words by Snowball, for what is indexed and for what is asked.

Source: https://snowballstem.org, by PyStemmer. Both backends index what is computed here, so that
they agree. A word is stemmed twice: as it is written, since the rules need its accents (élections,
Häuser), and as the index folds it, since people leave accents out. Its stems are folded.
"""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from threading import local
from typing import NamedTuple

import Stemmer
import tantivy

from search.text import Sharing, Stems

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

_SUFFIXES_ONLY = frozenset(
    {"ca", "cs", "da", "de", "en", "es", "et", "fi", "fr", "hu", "it", "lt", "no", "pt", "ro", "sv"}
)
"""Languages whose stems begin as the word does when it is folded."""

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

_TURKISH = str.maketrans({"İ": "i", "I": "ı"})
_OTHERS = str.maketrans({"İ": "i"})
_DOTLESS = frozenset({"tr"})
_REMEMBERED = 50_000
_ours = local()


def sharing(stems: Stems, language: str | None) -> Sharing | None:
    """What tells which words of a text share a stem; None where no word of the language can.

    Args:
        stems: what was asked for.
        language: of the text; a language that Snowball does not know has no stems.
    """
    code = _code(language)
    wanted = frozenset(stem for stem in stems.tagged if stem.startswith(f"{code}:"))
    if code is None or not wanted:
        return None
    letters = frozenset(stem[len(code) + 1] for stem in wanted)
    starts = letters if code in _SUFFIXES_ONLY else None

    def shares(raw: str, folded: str) -> bool:
        if starts is not None and folded[0] not in starts:
            return False
        return not wanted.isdisjoint(_stems(code, raw).tagged)

    return Sharing(shares, starts)


def stems_asked(word: str) -> Stems | None:
    """What a word of a query may be the stem of, in all languages of its writing system.

    None when it has no stems.
    """
    found = [
        stems for code in _ALGORITHMS.get(_script(word), ()) if (stems := _stems(code, word)).bare
    ]
    if not found:
        return None
    tagged = tuple(stem for stems in found for stem in stems.tagged)
    return Stems(tagged, tuple(dict.fromkeys(stem for stems in found for stem in stems.bare)))


def stem_text(text: str, split: Callable[[str], Iterable[str]], language: str | None) -> str:
    """What a text's stems are indexed from: its stems with and without the language, by spaces.

    Args:
        text: the text.
        split: its words as they are written.
        language: of the text.
    """
    code = _code(language)
    if code is None:
        return NO_STEMS
    return " ".join(filter(None, (_stems(code, word).text for word in split(text)))) or NO_STEMS


NO_STEMS = "-"
"""What a text without stems has instead.

Lucene reckons with the texts that have the field, Tantivy with all, so that all must have it.
"""


class _Found(NamedTuple):
    """A word's stems with the language and without, and both as they are indexed."""

    tagged: tuple[str, ...]
    bare: tuple[str, ...]
    text: str


_NONE = _Found((), (), "")


@lru_cache(1000)
def _code(language: str | None) -> str | None:
    lowered = (language or "").lower()
    code = _SAME.get(lowered, lowered)
    return code if any(code in known for known in _ALGORITHMS.values()) else None


@lru_cache(_REMEMBERED)
def _stems(language: str, raw: str) -> _Found:
    """The stems of a word in a language; none outside of the language's writing system."""
    algorithm = _ALGORITHMS.get(_script(raw), {}).get(language)
    if algorithm is None or len(raw) > LONGEST_WORD or any(each.isdigit() for each in raw):
        return _NONE
    lowered = raw.translate(_TURKISH if language in _DOTLESS else _OTHERS).lower()
    stemmer = _stemmer(algorithm)
    stems = (stemmer.stemWord(form) for form in dict.fromkeys((lowered, fold(raw))))
    bare = tuple(dict.fromkeys(fold(stem) for stem in stems if stem))
    tagged = tuple(f"{language}:{stem}" for stem in bare)
    return _Found(tagged, bare, " ".join([*bare, *tagged]))


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
