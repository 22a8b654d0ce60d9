"""How well and how fast articles are extracted, on the sets that the data folder's README describes.

    python -m benchmarks.extract_quality ../shared/data

Prints the body's F1 (``extraction``, ``metadata``), exact titles, days and authors (``metadata``), leaking and
losing pages (``wordpress``), articles that were taken for something else, and CPU time next to
``trafilatura.bare_extraction`` with metadata on the same pages. Without the folder it says so and ends.
"""

import gzip
import json
import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import trafilatura

from pipeline.extract import extract
from pipeline.outcome import Rejected
from pipeline.records import Article, FoundBy, Link, Page

Result = TypeVar("Result")

SHINGLE = 4
NOW = datetime(2026, 11, 24, tzinfo=UTC)
# A word; in kana and Han, which put no spaces, a character.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")


class Case(NamedTuple):
    """One page of a set and what is known of it."""

    name: str
    url: str
    html: bytes
    crawled: datetime
    truth: dict[str, Any]


class Overlap(NamedTuple):
    """Shares of true positive, false positive and false negative shingles of one page."""

    hit: float
    extra: float
    missed: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.hit / (2 * self.hit + self.extra + self.missed)


def main(arguments: list[str]) -> int:
    data = Path(arguments[0] if arguments else "../shared/data")
    if not data.is_dir():
        print(f"no data in {data}: nothing to measure")
        return 0
    logging.disable(logging.CRITICAL)
    sets: tuple[
        tuple[str, Callable[[Path], Iterator[Case]], Callable[[list[tuple[Case, Article | Rejected]]], None]], ...
    ] = (
        ("extraction", _extraction, _score_bodies),
        ("metadata", _metadata, _score_fields),
        ("wordpress", _wordpress, _score_snippets),
    )
    for name, load, score in sets:
        if (data / name).is_dir():
            cases = list(load(data / name))
            results, ours = _timed(cases, _ours)
            _, theirs = _timed(cases, _theirs)
            score(list(zip(cases, results, strict=True)))
            _refused(name, cases, results)
            print(f"{name}: {ours:.1f} ms CPU a page, trafilatura {theirs:.1f} ms, ratio {ours / theirs:.2f}")
    return 0


def _ours(case: Case) -> Article | Rejected:
    page = Page(
        url=case.url,
        final_url=case.url,
        status=200,
        content_type="text/html",
        content=case.html,
        fetched_at=case.crawled,
    )
    return extract(page, link=Link(url=case.url, source="set", found_by=FoundBy.IMPORT), first_seen=case.crawled)


def _theirs(case: Case) -> object:
    return trafilatura.bare_extraction(case.html, url=case.url, with_metadata=True)


def _timed(cases: list[Case], work: Callable[[Case], Result]) -> tuple[list[Result], float]:
    for case in cases[:3]:
        work(case)
    started = time.process_time()
    results = [work(case) for case in cases]
    return results, (time.process_time() - started) / len(cases) * 1000


def _score_bodies(scored: list[tuple[Case, Article | Rejected]]) -> None:
    overlaps = [overlap(case.truth["articleBody"], _body(result)) for case, result in scored]
    hit, extra, missed = (sum(column) / len(overlaps) for column in zip(*overlaps, strict=True))
    precision, recall = hit / (hit + extra), hit / (hit + missed)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"extraction: body F1 {f1:.4f} (precision {precision:.4f}, recall {recall:.4f}) on {len(scored)} pages")


def _score_fields(scored: list[tuple[Case, Article | Rejected]]) -> None:
    bodies = titles = days = authors = 0.0
    for case, result in scored:
        truth, found = case.truth, result if isinstance(result, Article) else None
        with_summary = " ".join(truth["summary"] or []) + "\n" + truth["body"]
        bodies += max(overlap(truth["body"], _body(result)).f1, overlap(with_summary, _body(result)).f1)
        titles += found is not None and _words(found.title) == _words(truth["title"])
        day = datetime.fromisoformat(truth["publishing_date"]).date() if truth["publishing_date"] else None
        days += found is not None and (found.published.date() if found.published else None) == day
        named = {name.casefold() for name in truth["authors"]}
        authors += found is not None and {name.casefold() for name in found.authors} == named
    shares = (f"{value / len(scored):.4f}" for value in (bodies, titles, days, authors))
    print("metadata: body F1 {}, title {}, date {}, authors {} on {} pages".format(*shares, len(scored)))


def _score_snippets(scored: list[tuple[Case, Article | Rejected]]) -> None:
    expecting = [
        (case, _body(result)) for case, result in scored if case.truth["expect_with"] or case.truth["expect_without"]
    ]
    leaking = [
        case.name for case, body in expecting if any(text in body for text in case.truth["expect_without"] or ())
    ]
    losing = [
        case.name for case, body in expecting if any(text not in body for text in case.truth["expect_with"] or ())
    ]
    print(f"wordpress: {len(leaking)} of {len(expecting)} pages leak, {len(losing)} lose a wanted snippet")
    for name in (*leaking, *losing):
        print(f"  {name}")


def _refused(name: str, cases: Iterable[Case], results: Iterable[Article | Rejected]) -> None:
    for case, result in zip(cases, results, strict=True):
        if isinstance(result, Rejected):
            print(f"  {name}: refused {case.name}: {result.detail}")


def overlap(true: str, found: str) -> Overlap:
    """The overlap of two texts' shingles, as scrapinghub/article-extraction-benchmark counts it."""
    wanted, got = _shingles(true), _shingles(found)
    counts = (wanted & got).total(), (got - wanted).total(), (wanted - got).total()
    total = sum(counts)
    return Overlap(*(count / total for count in counts)) if total else Overlap(1.0, 0.0, 0.0)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[start : start + SHINGLE]) for start in range(max(1, len(words) - SHINGLE + 1)) if words)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _body(result: Article | Rejected) -> str:
    return result.body if isinstance(result, Article) else ""


def _extraction(folder: Path) -> Iterator[Case]:
    for name, truth in json.loads((folder / "ground-truth.json").read_text()).items():
        yield Case(name, _absolute(truth["url"]), _page(folder / "html" / f"{name}.html.gz"), NOW, truth)


def _metadata(folder: Path) -> Iterator[Case]:
    with (folder / "truth.jsonl").open() as lines:
        for truth in map(json.loads, lines):
            crawled = datetime.fromisoformat(truth["crawl_date"]).replace(tzinfo=UTC)
            yield Case(truth["id"], _absolute(truth["url"]), _page(folder / truth["html"]), crawled, truth)


def _wordpress(folder: Path) -> Iterator[Case]:
    for truth in json.loads((folder / "manifest.json").read_text()):
        yield Case(truth["file"], _absolute(truth["url"]), _page(folder / truth["file"]), NOW, truth)


def _page(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes())


def _absolute(url: str | None) -> str:
    """The page's address; where the set has none, that of some article."""
    named = (url or "example.org/a-story-about-something/").removeprefix("hard::")
    return named if "://" in named else f"https://{named}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
