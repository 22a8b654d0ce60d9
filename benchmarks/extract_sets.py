"""The sets that extraction is measured on, and their scores.

The data folder's README describes them.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from lxml import html
from lxml.etree import _Element

from pipeline.outcome import Rejected
from pipeline.records import Article
from pipeline.text.charset import decode

Result = Article | Rejected
Scored = list[tuple["Case", Result]]

SHINGLE = 4
NOW = datetime(2026, 11, 24, tzinfo=UTC)

# A word; in kana and Han, which put no spaces, a character.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")

_SPACE = re.compile(r"\s+")

# Elements that begin a line when a page is shown as text, and those that show nothing.
_BLOCKS = """
    address article aside blockquote br button caption dd details div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr label legend li main nav ol option p pre section
    summary table td th title tr ul
"""
BLOCKS = frozenset(_BLOCKS.split())
SILENT = frozenset("script style noscript template svg iframe textarea select".split())  # noqa: SIM905


class Case(NamedTuple):
    """One page of a set and what is known of it."""

    name: str
    url: str
    html: bytes
    crawled: datetime
    truth: dict[str, Any]
    content_type: str = "text/html"


class Overlap(NamedTuple):
    """Shares of true positive, false positive and false negative shingles of one page."""

    hit: float
    extra: float
    missed: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.hit / (2 * self.hit + self.extra + self.missed)


def as_text(page: bytes) -> str:
    """The page as a WET record has it: all of its text, each block on a line."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = html.document_fromstring(decode(page, "text/html").encode(), parser=parser)
    lines = (" ".join(line.split()) for line in "".join(_shown(tree)).split("\n"))
    return "\n".join(line for line in lines if line)


def _shown(element: _Element) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in SILENT:
        return
    around = "\n" if element.tag in BLOCKS else ""
    yield around
    yield _SPACE.sub(" ", element.text or "")
    for child in element:
        yield from _shown(child)
        yield _SPACE.sub(" ", child.tail or "")
    yield around


def score_bodies(scored: Scored) -> None:
    overlaps = [overlap(case.truth["articleBody"], _body(result)) for case, result in scored]
    hit, extra, missed = (sum(column) / len(overlaps) for column in zip(*overlaps, strict=True))
    precision, recall = hit / (hit + extra), hit / (hit + missed)
    f1 = 2 * precision * recall / (precision + recall)
    print(
        f"extraction: body F1 {f1:.4f} (precision {precision:.4f}, recall {recall:.4f}) on"
        f" {len(scored)} pages"
    )


def score_fields(scored: Scored) -> None:
    bodies = titles = days = authors = 0.0
    for case, result in scored:
        truth, found = case.truth, result if isinstance(result, Article) else None
        with_summary = " ".join(truth["summary"] or []) + "\n" + truth["body"]
        bodies += max(
            overlap(truth["body"], _body(result)).f1, overlap(with_summary, _body(result)).f1
        )
        titles += found is not None and _words(found.title) == _words(truth["title"])
        day = (
            datetime.fromisoformat(truth["publishing_date"]).date()
            if truth["publishing_date"]
            else None
        )
        days += found is not None and (found.published.date() if found.published else None) == day
        named = {name.casefold() for name in truth["authors"]}
        authors += found is not None and {name.casefold() for name in found.authors} == named
    shares = (f"{value / len(scored):.4f}" for value in (bodies, titles, days, authors))
    print(
        "metadata: body F1 {}, title {}, date {}, authors {} on {} pages".format(
            *shares, len(scored)
        )
    )


def score_snippets(scored: Scored) -> None:
    expecting = [
        (case, _body(result))
        for case, result in scored
        if case.truth["expect_with"] or case.truth["expect_without"]
    ]
    leaking = [
        case.name
        for case, body in expecting
        if any(text in body for text in case.truth["expect_without"] or ())
    ]
    losing = [
        case.name
        for case, body in expecting
        if any(text not in body for text in case.truth["expect_with"] or ())
    ]
    print(
        f"wordpress: {len(leaking)} of {len(expecting)} pages leak, {len(losing)} lose a wanted"
        " snippet"
    )
    for name in (*leaking, *losing):
        print(f"  {name}")


def score_verdicts(scored: Scored, articles: Scored) -> None:
    """Refusals of pages by kind; ``articles`` are the pages of the sets, which are articles all."""
    kinds: dict[str, list[bool]] = {}
    for case, result in scored:
        kinds.setdefault(case.truth["kind"], []).append(isinstance(result, Rejected))
        if isinstance(result, Rejected) != (case.truth["kind"] != "article"):
            print(f"  wrong: {case.name} ({case.truth['kind']})")
    wrongly = sum(kinds.pop("article", [])) + sum(
        isinstance(result, Rejected) for _, result in articles
    )
    rightly, others = sum(map(sum, kinds.values())), sum(map(len, kinds.values()))
    precision, recall = rightly / max(1, rightly + wrongly), rightly / max(1, others)
    print(
        f"refusals: precision {precision:.4f}, recall {recall:.4f}; {wrongly} articles refused",
        end=": ",
    )
    print(
        *(f"{kind} {sum(refused)}/{len(refused)}" for kind, refused in sorted(kinds.items())),
        sep=", ",
    )


def overlap(true: str, found: str) -> Overlap:
    """The overlap of two texts' shingles, as scrapinghub/article-extraction-benchmark counts it."""
    wanted, got = _shingles(true), _shingles(found)
    counts = (wanted & got).total(), (got - wanted).total(), (wanted - got).total()
    total = sum(counts)
    return Overlap(*(count / total for count in counts)) if total else Overlap(1.0, 0.0, 0.0)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(
        tuple(words[start : start + SHINGLE])
        for start in range(max(1, len(words) - SHINGLE + 1))
        if words
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _body(result: Result) -> str:
    return result.body if isinstance(result, Article) else ""


def extraction(folder: Path) -> Iterator[Case]:
    for name, truth in json.loads((folder / "ground-truth.json").read_text()).items():
        yield Case(
            name, _absolute(truth["url"]), _page(folder / "html" / f"{name}.html.gz"), NOW, truth
        )


def metadata(folder: Path) -> Iterator[Case]:
    with (folder / "truth.jsonl").open() as lines:
        for truth in map(json.loads, lines):
            crawled = datetime.fromisoformat(truth["crawl_date"]).replace(tzinfo=UTC)
            yield Case(
                truth["id"], _absolute(truth["url"]), _page(folder / truth["html"]), crawled, truth
            )


def wordpress(folder: Path) -> Iterator[Case]:
    for truth in json.loads((folder / "manifest.json").read_text()):
        yield Case(
            truth["file"], _absolute(truth["url"]), _page(folder / truth["file"]), NOW, truth
        )


def _page(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes())


def _absolute(url: str | None) -> str:
    """The page's address; where the set has none, that of some article."""
    named = (url or "example.org/a-story-about-something/").removeprefix("hard::")
    return named if "://" in named else f"https://{named}"


def own_cases(folder: Path) -> Iterator[Case]:
    """The pages that the tests have.

    Their truth says what kind of page each is, "article" where nothing is said.
    """
    for case in sorted(path for path in folder.iterdir() if path.is_dir()):
        about = json.loads((case / "meta.json").read_text())
        crawled, content = (
            datetime.fromisoformat(about["fetched_at"]),
            next(case.glob("page.*")).read_bytes(),
        )
        truth = {"kind": about.get("kind", "article")}
        yield Case(case.name, about["url"], content, crawled, truth, about["content_type"])


SETS: dict[str, tuple[Callable[[Path], Iterator[Case]], Callable[[Scored], None]]] = {
    "extraction": (extraction, score_bodies),
    "metadata": (metadata, score_fields),
    "wordpress": (wordpress, score_snippets),
}
"""Each set: how its pages are read, and how results are scored and printed."""


def load(data: Path) -> dict[str, list[Case]]:
    """The pages of the sets that are there."""
    return {
        name: list(read(data / name)) for name, (read, _) in SETS.items() if (data / name).is_dir()
    }
