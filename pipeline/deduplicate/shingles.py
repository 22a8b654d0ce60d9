"""A text as the set of its word sequences, in any script."""

import re
import unicodedata

WORDS = 3
"""Words of a shingle. Shorter ones are common to unrelated texts, longer ones break at every edited word."""

CHARACTERS = 5
"""Characters of a shingle in scripts that put no spaces between words."""

# Scripts without spaces: kana, Han, Thai, Lao, Myanmar, Khmer. (Hangul has spaces.)
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]")


def normalised(text: str) -> list[str]:
    """The words of a text, in scripts without spaces its characters; without case, punctuation, compatibility forms."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def shingles(tokens: list[str]) -> set[str]:
    """All sequences of ``WORDS`` words; of ``CHARACTERS`` characters where most tokens are single ones."""
    unspaced = sum(1 for token in tokens if _UNSPACED_RUN.match(token))
    size = CHARACTERS if unspaced * 2 > len(tokens) else WORDS
    return {" ".join(tokens[start : start + size]) for start in range(len(tokens) - size + 1)}
