"""A text as the sequence of its overlapping word sequences, in any script."""

import re
import unicodedata

from pipeline.text.scripts import UNSPACED

WIDTH = 5
"""Words of a shingle; in scripts that put no spaces between words, characters. Shorter ones are
phrases that unrelated texts share, longer ones break at every edited word."""

_TOKEN = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
_NUMBER = re.compile(r"(?<!\w)[^\W\d]*\d\w*")
_WORD_INSIDE = re.compile(r"(?<=\w)[ ,\-’']+(\w+)")


def normalised(text: str) -> list[str]:
    """The words of a text, in scripts without spaces its characters.

    Without case, punctuation, compatibility forms.
    """
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def shingles(tokens: list[str]) -> list[str]:
    """All different sequences of ``WIDTH`` tokens, in the order of their first occurrence."""
    pieces = (" ".join(tokens[start : start + WIDTH]) for start in range(len(tokens) - WIDTH + 1))
    return list(dict.fromkeys(pieces))


def numbers_and_names(text: str) -> tuple[set[str], set[str]]:
    """What a template fills in: words with digits, and capitalised words inside a sentence.

    Both in small letters.
    """
    text = unicodedata.normalize("NFKC", text)
    numbers = {word.casefold() for word in _NUMBER.findall(text)}
    names = {
        word.casefold()
        for word in _WORD_INSIDE.findall(text)
        if word[0].isupper() and len(word) > 1
    }
    return numbers, names - numbers
