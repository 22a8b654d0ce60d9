"""The most telling words and phrases of an article.

Editors' tags come first. Then RAKE (Rose et al. 2010, "Automatic keyword extraction from individual
documents"): runs of words between stop words and punctuation, each word weighed by the company it
keeps; here also by how often a phrase stands in the text and whether the title has it. (YAKE reads
10 times as long and is under the GPL.)
"""

import re
from collections import Counter
from functools import lru_cache

from stop_words import safe_get_stop_words

from pipeline.text.scripts import UNSPACED

MOST = 10
TAGS = 8
WINDOW = 3000
"""Characters of title and body that are read: news says early what it is about."""

LONGEST = 3
"""Words of a phrase; RAKE's longer ones are rarely what a person would call a keyword."""

_SPACED_SHARE = 0.6
_UNSPACED = re.compile(f"[{UNSPACED}]")
_PIECE = re.compile(r"[^.,;:!?()\[\]\"“”„«»…–—\n|/]+")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")

Phrase = tuple[str, ...]


def find_keywords(
    *, title: str, body: str, tags: tuple[str, ...], language: str | None
) -> tuple[str, ...]:
    """At most ``MOST`` keywords: the tags, then phrases of the text that the tags do not have."""
    found = list(tags[:TAGS])
    window = f"{title}. {body}"[:WINDOW]
    # The method splits at spaces.
    if len(_UNSPACED.findall(window)) < len(window) * (1 - _SPACED_SHARE):
        for phrase in _ranked(window, title, _stop_words(language or "")):
            if len(found) >= MOST:
                break
            _add(phrase, found)
    return tuple(found)


def _ranked(text: str, title: str, stop_words: frozenset[str]) -> list[str]:
    """Candidate phrases as they are first written, best first."""
    written: dict[Phrase, str] = {}
    counts: Counter[Phrase] = Counter()
    for piece in _PIECE.findall(text):
        for words in _runs(_WORD.findall(piece), stop_words):
            phrase = tuple(word.casefold() for word in words)
            written.setdefault(phrase, " ".join(words))
            counts[phrase] += 1
    frequency: Counter[str] = Counter()
    degree: Counter[str] = Counter()
    for phrase, count in counts.items():
        for word in phrase:
            frequency[word] += count
            degree[word] += count * len(phrase)
    heading = f" {title.casefold()} "

    def weight(phrase: Phrase) -> float:
        company = sum(degree[word] / frequency[word] for word in phrase)
        return company * counts[phrase] * (2 if " ".join(phrase) in heading else 1)

    return [written[phrase] for phrase in sorted(counts, key=weight, reverse=True)]


def _runs(words: list[str], stop_words: frozenset[str]) -> list[list[str]]:
    """The runs of up to ``LONGEST`` words between stop words."""
    runs: list[list[str]] = [[]]
    for word in words:
        if word.casefold() in stop_words or len(word) < 2:  # noqa: PLR2004 - single letters say nothing
            runs.append([])
        else:
            runs[-1].append(word)
    return [run for run in runs if 0 < len(run) <= LONGEST]


def _add(phrase: str, found: list[str]) -> None:
    """Add a phrase unless it, or one that contains it, is there."""
    words = f" {phrase.casefold()} "
    if len(phrase) > 2 and not any(words in f" {other.casefold()} " for other in found):  # noqa: PLR2004 - no initials
        found.append(phrase)


@lru_cache(maxsize=64)
def _stop_words(language: str) -> frozenset[str]:
    """The stop words of a language; those of English where it is unknown."""
    return frozenset(safe_get_stop_words(language) or safe_get_stop_words("en"))
