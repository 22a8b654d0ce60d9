"""The questions, and how long both sides take to answer them."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from benchmarks.searching.engines import Engine
from search.counting import CountRequest, dimensions
from search.language.groups import NO_GROUPS
from search.language.query import parse
from search.request import SearchRequest, Sort

NOW = datetime(2026, 1, 1, tzinfo=UTC)

WORDS = ("government", "police", "school", "president", "economy", "river", "wahl", "ville")
_PHRASES = ('"prime minister"', '"climate change"', '"last year"', '"the government"')
_FIELDS = ("title:police", "section:politics source:source-3", "author:17 language:en")
_RANGES = ("published:[2024-01-01 TO 2024-01-31]", "police published:[2025-01 TO *]")


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of question.

    Attributes:
        name: of the kind.
        texts: queries that are asked in turn.
        facets: the fields whose values are counted.
        by: what is counted instead of a page of hits.
        deep: whether the tenth page is asked for, by its cursor.
        sort: the order of the hits.
    """

    name: str
    texts: Sequence[str]
    facets: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    deep: bool = False
    sort: Sort = Sort.RELEVANCE

    def request(self, text: str) -> SearchRequest:
        """The page of hits that is asked for."""
        return SearchRequest(
            query=parse(text, now=NOW), limit=10, facets=self.facets, sort=self.sort, moment=NOW
        )

    def count(self, text: str) -> CountRequest:
        """The count that is asked for."""
        return CountRequest(parse(text, now=NOW), dimensions(self.by, NO_GROUPS))


def questions() -> list[Question]:
    """All kinds."""
    return [
        Question("word", WORDS),
        Question("phrase", _PHRASES),
        Question("field", _FIELDS),
        Question("range", _RANGES),
        Question("facets", WORDS, facets=("source", "language", "section", "author")),
        Question("timeline", WORDS, by=("day",)),
        Question("first page, newest", WORDS, sort=Sort.NEWEST),
        Question("tenth page by cursor", WORDS, deep=True, sort=Sort.NEWEST),
    ]


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each answer, ours and the engine's."""

    ours: list[float]
    raw: list[float]

    def line(self) -> str:
        """Milliseconds and ratios."""
        figures = [_quantiles(self.ours), _quantiles(self.raw)]
        (our_p50, our_p95), (raw_p50, raw_p95) = figures
        return (
            f"{our_p50 * 1e3:9.2f} {our_p95 * 1e3:8.2f} {raw_p50 * 1e3:9.2f} {raw_p95 * 1e3:8.2f}"
            f" {our_p50 / raw_p50:10.2f} {our_p95 / raw_p95:6.2f}"
        )


def compare(engine: Engine, question: Question, times: int) -> Measured:
    """Ask both in turn, each the same."""
    measured = Measured([], [])
    for text in question.texts:
        _pair(engine, question, text)  # both have read what they need from the disk
    for number in range(times):
        ours, raw = _pair(engine, question, question.texts[number % len(question.texts)])
        measured.ours.append(_seconds(ours))
        measured.raw.append(_seconds(raw))
    return measured


def _pair(
    engine: Engine, question: Question, text: str
) -> tuple[Callable[[], object], Callable[[], object]]:
    """The same question to ``Index`` and to the engine; nothing is measured yet."""
    if question.by:
        count = question.count(text)
        return lambda: engine.index.count_by(question.count(text)), engine.raw_count(count)
    request = question.request(text)
    if question.deep:
        request = _tenth_page(engine, request)
    raw = engine.raw_search(request)

    def ours() -> object:
        return engine.index.search(replace(request, query=parse(text, now=NOW)))

    return ours, raw


def _tenth_page(engine: Engine, request: SearchRequest) -> SearchRequest:
    for _ in range(9):
        request = replace(request, after=engine.index.search(request).next)
    return request


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _quantiles(seconds: list[float]) -> tuple[float, float]:
    cut = statistics.quantiles(seconds, n=20)
    return statistics.median(seconds), cut[18]
