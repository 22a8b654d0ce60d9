"""Words and paragraphs of no language, from a seed."""

import random

_SYLLABLES = (
    "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo",
    "mu", "na", "pe", "ro", "su", "ta", "ve", "zan", "gra",
)  # fmt: skip


def made_up_word(words: random.Random) -> str:
    return "".join(words.choices(_SYLLABLES, k=words.choice((2, 3))))


def made_up_paragraph(words: random.Random) -> str:
    """40 words with a capital and a full stop."""
    return " ".join([made_up_word(words) for _ in range(40)]).capitalize() + "."
