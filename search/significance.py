"""Words that are much more frequent in a result than in the whole index.

Scored as Elasticsearch's ``significant_terms`` scores them by default (JLH): the difference of the
two shares times their ratio. That prefers neither the common words, whose share is large anywhere,
nor the rarest.
"""

from collections.abc import Mapping
from typing import Any

from search.results import SignificantWord

FIELD = "keyword"
"""The field whose whole values are compared: words and phrases that were found in articles."""

CANDIDATES = 500
"""The most frequent values of the result that are looked at."""

LEAST_COUNT = 2
"""Articles of the result that have a word; one alone says nothing."""

MOST_WORDS = 100


def in_all(values: Mapping[str, int], column: str) -> dict[str, Any]:
    """The aggregation that counts these values in the whole index."""
    return {"terms": {"field": column, "size": len(values), "include": list(values)}}


def candidates(counted: Mapping[str, int]) -> dict[str, int]:
    """The values of a result that may be significant."""
    return {value: count for value, count in counted.items() if count >= LEAST_COUNT}


def significant(
    found: Mapping[str, int], total: int, known: Mapping[str, int], all_articles: int, size: int
) -> tuple[SignificantWord, ...]:
    """The most significant words, the best first, equal ones by name.

    Args:
        found: how many articles of the result have each word.
        total: articles in the result.
        known: how many of all articles have it.
        all_articles: articles in all.
        size: words that are wanted.
    """
    words = [
        SignificantWord(word=word, count=count, in_all=in_all_articles, score=score)
        for word, count in found.items()
        if (in_all_articles := known.get(word, 0))
        and (score := _score(count / total, in_all_articles / all_articles)) > 0
    ]
    return tuple(sorted(words, key=lambda each: (-each.score, each.word))[:size])


def _score(here: float, everywhere: float) -> float:
    return (here - everywhere) * (here / everywhere)
