"""Which language a text is in.

py3langid (Barbaresi; after Lui and Baldwin 2012, "langid.py", https://aclanthology.org/P12-3005/).
What a page declares is only asked where the text is too short to tell: many pages declare their
theme's default.
"""

import re
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from pipeline.text.scripts import HAN, KANA

WINDOW = 600
"""Characters of the text that are read: more do not change the result."""

MIN_LETTERS = 25
"""Letters below which a text is too short to tell; a CJK character counts as three."""

SURE = 0.5
"""Confidence from which the model's first answer is taken."""

LIKELY = 0.05
"""Confidence from which the declared language is taken when the model is not sure."""

_DENSE = re.compile(rf"(?!\W|[\d_])[{KANA}{HAN}]")


def detect_language(text: str, declared: str | None = None) -> str | None:
    """The ISO 639-1 code of the text's language, or None when nothing tells."""
    sample = text[:WINDOW]
    if _letters(sample) < MIN_LETTERS:
        return declared
    ranked = _model().rank(sample)
    best, confidence = ranked[0]
    if confidence >= SURE:
        return str(best)
    chances = dict(ranked)
    return declared if declared and chances.get(declared, 0.0) >= LIKELY else None


def _letters(text: str) -> int:
    """Letters of the text; a character of kana or Han counts as three."""
    return sum(map(str.isalpha, text)) + 2 * len(_DENSE.findall(text))


@lru_cache(maxsize=1)
def _model() -> LanguageIdentifier:
    """The identifier, read once in each process (about 100 ms)."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
