"""Find copies among the articles of a file, without any store."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pipeline.deduplicate import Families, Fingerprint, PublishedSpan, fingerprint, published_span
from pipeline.extract.body.blocks import Block
from pipeline.extract.metadata.agencies import find_agency
from pipeline.extract.metadata.dates import read_date
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.records import CopyOf, Evidence
from pipeline.urls import BadUrl, Url, normalise, url_id

_FEW = 200
"""Lines below which starting processes takes longer than it saves."""

_CHUNK = 64
_NO_ARTICLE = ("rejected", "dead")
"""What ``newsloom extract`` says of a page that gave none."""

_TEXT_FIELDS = ("url", "title", "body", "published")


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """What one line is.

    Attributes:
        id: as the line has it; None when it has none that can be read.
        duplicate_of: the id of the first publisher's article; None for an original.
        rule: why it is a copy.
        score: how much of the shorter text the two have in common.
        matched: the id of the article that it matches, when that is not the first publisher's.
        error: why the line cannot be read.
    """

    id: str | int | None
    duplicate_of: str | int | None = None
    rule: str | None = None
    score: float | None = None
    matched: str | int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Deduplication:
    """The verdicts on a file's lines, in its order.

    Attributes:
        lines: one for each line that is not passed over.
        copies: how many are copies.
        unreadable: how many cannot be read.
        without_article: lines of ``newsloom extract`` about pages that gave no article; they are
            passed over.
    """

    lines: tuple[LineVerdict, ...]
    copies: int
    unreadable: int
    without_article: int = 0

    @property
    def articles(self) -> int:
        """Lines that could be read."""
        return len(self.lines) - self.unreadable

    @property
    def originals(self) -> int:
        """Articles that are no copies."""
        return self.articles - self.copies


@dataclass(frozen=True, slots=True)
class _ArticleLine:
    """A line of the file, ready to be compared, or the reason why it cannot be read."""

    id: str | int | None
    error: str | None = None
    fingerprint: Fingerprint | None = None
    source: str = ""
    span: PublishedSpan | None = None
    address: str | None = None
    has_article: bool = True


def deduplicate_lines(
    file: Iterable[bytes], *, progress: Callable[[], None] = lambda: None
) -> Deduplication:
    """Compare the articles of a file with each other.

    Args:
        file: lines of JSON with ``id``, ``url``, ``title``, ``body``, ``published``. Only ``id`` is
            required. Empty lines are passed over, and lines of ``newsloom extract`` about pages
            that gave no article.
        progress: called after each line.
    """
    families = Families()
    lines: list[_ArticleLine] = []
    seen: set[str | int | None] = set()
    without_article = 0
    for number, read in enumerate(_read(file), 1):
        if not read.has_article:
            without_article += 1
            continue
        line = _checked(read, number, seen)
        if line.fingerprint:
            seen.add(line.id)
            _add(families, str(len(lines)), line)
        lines.append(replace(line, fingerprint=None))
        progress()
    found = _verdicts(lines, dict(families.matches()))
    return replace(found, without_article=without_article)


def _checked(line: _ArticleLine, number: int, seen: set[str | int | None]) -> _ArticleLine:
    """The line, with its number in the error; one whose id was there before is an error too."""
    if line.error is None and line.id not in seen:
        return line
    error = line.error or "the id stands twice"
    return _ArticleLine(line.id, error=f"line {number}: {error}")


def _add(families: Families, name: str, line: _ArticleLine) -> None:
    """Families know articles by their place in the file, since ids may be of any type."""
    if line.fingerprint:
        families.add(
            name, line.fingerprint, source=line.source, span=line.span, address=line.address
        )


def _verdicts(lines: list[_ArticleLine], copies: dict[str, CopyOf | None]) -> Deduplication:
    verdicts = tuple(
        _verdict(lines, line, copies.get(str(place))) for place, line in enumerate(lines)
    )
    return Deduplication(
        verdicts,
        copies=sum(copy is not None for copy in copies.values()),
        unreadable=sum(line.error is not None for line in lines),
    )


def _verdict(lines: list[_ArticleLine], line: _ArticleLine, copy: CopyOf | None) -> LineVerdict:
    if copy is None:
        return LineVerdict(line.id, error=line.error)
    return LineVerdict(
        line.id,
        duplicate_of=lines[int(copy.article)].id,
        rule=copy.rule,
        score=copy.score,
        matched=lines[int(copy.matched)].id if copy.matched else None,
    )


def _read(file: Iterable[bytes]) -> Iterator[_ArticleLine]:
    """The lines with their fingerprints, computed on all cores when there are many."""
    texts = (line for line in file if line.strip())
    first = list(islice(texts, _FEW))
    yield from map(_line, first)
    if len(first) == _FEW:
        with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
            yield from pool.map(_line, texts, chunksize=_CHUNK)


def _line(text: bytes) -> _ArticleLine:
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _ArticleLine(None, f"not JSON: {error}")
    if isinstance(entry, dict) and entry.get("outcome") in _NO_ARTICLE:
        return _ArticleLine(None, has_article=False)
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str | int):
        return _ArticleLine(None, 'no JSON object with an "id"')
    for name in _TEXT_FIELDS:
        if not isinstance(entry.get(name) or "", str):
            return _ArticleLine(entry["id"], f'"{name}" is no text')
    return _fingerprinted(entry)


def _fingerprinted(entry: dict[str, Any]) -> _ArticleLine:
    body, title = entry.get("body") or "", entry.get("title") or ""
    paragraphs = [part for part in body.split("\n\n") if part.strip()]
    blocks = [Block(kind="p", text=paragraph) for paragraph in paragraphs]
    agency = find_agency(StructuredData(), (), blocks)
    source, address = _place(entry.get("url") or "")
    return _ArticleLine(
        id=entry["id"],
        fingerprint=fingerprint(body, title=title, agency=agency),
        source=source,
        span=_span(entry.get("published") or ""),
        address=address,
    )


def _place(address: str) -> tuple[str, str | None]:
    """The host, which stands for the source, and the id of a URL; nothing of a bad one."""
    with suppress(BadUrl):
        url = normalise(address)
        return Url(url).host, url_id(url)
    return "", None


def _span(published: str) -> PublishedSpan | None:
    moment = read_date(published)
    return published_span([Evidence(provenance="file", value=moment)] if moment else [])
