"""Any number of articles with the words of real texts, and how each is to end.

The words of each sentence are shuffled, so that two articles of one text have few shingles in
common, as two articles of one newspaper. One in ten is an agency's text that another paper had
before, one in twenty the same again in its own paper, and one in twenty is no article.
"""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.ledger import GONE
from benchmarks.searching.corpus import Text, texts
from pipeline.outcome import Rejected
from pipeline.records import Article, Link
from pipeline.urls import url_id

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
SECTIONS = ("World", "Politics", "Business", "Sport", "Culture", "Science", "Local", "Opinion")
PAPERS = 500
"""Sources of ``benchmarks.ledger.link``: an article so many numbers earlier is of the same one."""

_EVERY = 20
_NO_ARTICLE, _COPIES = 3, (11, 13)
"""Of so many numbers, by their remainders."""

_SAME_AGAIN = 7
"""Of so many rounds of all papers, by its remainder: each has what it had in the round before."""

_BACK = 1_501
"""How many numbers earlier the text of a copy was; of another paper."""


class Newsroom:
    """Makes articles; the same number is always the same one.

    Args:
        data: the folder with ``metadata/truth.jsonl``.
    """

    def __init__(self, data: Path) -> None:
        self._texts = list(texts(data / "metadata" / "truth.jsonl"))

    def behind(self, announced: Link) -> Article | Rejected:
        """What extraction finds behind a link of ``benchmarks.ledger.link``."""
        number = int(announced.url.rpartition("-")[2])
        written = number
        if number // PAPERS % _EVERY == _SAME_AGAIN:
            written -= PAPERS
        if written % _EVERY == _NO_ARTICLE:
            return GONE
        if written % _EVERY in _COPIES and written > _BACK:
            written -= _BACK
        return self._article(announced, written)

    def _article(self, announced: Link, written: int) -> Article:
        draw = random.Random(written)
        chosen: Text = draw.choice(self._texts)
        published = FIRST + timedelta(seconds=written)
        key = url_id(announced.url)
        return Article(
            id=key,
            url=announced.url,
            canonical_url=announced.url,
            source=announced.source,
            host=announced.url.host,
            title=_shuffled(chosen.title, draw),
            body="\n\n".join(_shuffled(part, draw) for part in chosen.paragraphs),
            description=chosen.paragraphs[0][:200],
            section=draw.choice(SECTIONS),
            authors=(f"Author {draw.randrange(5_000)}",),
            published=published,
            declared_language=chosen.language,
            first_seen=published + timedelta(minutes=5),
            fetched_at=published + timedelta(minutes=6),
        )


def _shuffled(text: str, draw: random.Random) -> str:
    words = text.split()
    return " ".join(draw.sample(words, len(words)))
