"""``newsloom deduplicate``: families of copies in a file, without any server."""

import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from typing import Any, BinaryIO, NamedTuple

import click

from cli.output import err, json_option, print_json, progress
from pipeline.deduplicate import Families, Fingerprint, PublishedSpan, fingerprint, published_span
from pipeline.extract.body.blocks import Block
from pipeline.extract.metadata.agencies import find_agency
from pipeline.extract.metadata.dates import read_date
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.records import CopyOf, Evidence
from pipeline.urls import BadUrl, Url, normalise, url_id

_FEW = 200
"""Lines below which starting processes takes longer than it saves."""


class _ArticleLine(NamedTuple):
    """A line of the file as it is judged, or why it cannot be."""

    id: str | int | None
    error: str | None = None
    fingerprint: Fingerprint | None = None
    source: str = ""
    span: PublishedSpan | None = None
    address: str | None = None


@click.command()
@click.argument("file", type=click.File("rb"), metavar="FILE.jsonl")
@json_option
def deduplicate(file: BinaryIO, *, as_json: bool) -> None:  # noqa: ARG001 - for symmetry: it prints JSON lines anyway
    """Find copies in a file of JSON lines with id, url, title, body and published.

    All but id and body may be missing.

    One JSON line per input in the same order: id, duplicate_of (the first publisher's id, or null),
    rule, score, matched (the article it agrees with, when that is another). A line that cannot be
    read has an "error" besides. "-" reads from standard input.
    """
    families, lines, seen = Families(), list[_ArticleLine](), set[str | int | None]()
    with progress() as bar:
        task = bar.add_task("comparing", total=None)
        for number, line in enumerate(_read(file), 1):
            if line.error is None and line.id in seen:
                line = _ArticleLine(line.id, "the id stands twice")  # noqa: PLW2901 - it is another line now
            if line.fingerprint:
                seen.add(line.id)
                families.add(
                    str(len(lines)),
                    line.fingerprint,
                    source=line.source,
                    span=line.span,
                    address=line.address,
                )
            lines.append(
                line._replace(fingerprint=None, error=line.error and f"line {number}: {line.error}")
            )
            bar.advance(task)
    copies = _print(lines, dict(families.matches()))
    bad = sum(line.error is not None for line in lines)
    unreadable = f"; {bad} could not be read, each says why" if bad else ""
    err().print(
        f"{len(lines) - bad} articles: {len(lines) - bad - copies} originals, {copies} copies{unreadable}."
    )
    raise SystemExit(1 if bad and bad == len(lines) else 0)


def _print(lines: list[_ArticleLine], verdicts: dict[str, CopyOf | None]) -> int:
    """Print the verdicts; the families know articles by their place. How many copies there are."""
    for place, line in enumerate(lines):
        copy = verdicts.get(str(place))
        printed = {
            "id": line.id,
            "duplicate_of": lines[int(copy.article)].id if copy else None,
            "rule": copy.rule if copy else None,
            "score": copy.score if copy else None,
            "matched": lines[int(copy.matched)].id if copy and copy.matched else None,
        }
        print_json({**printed, "error": line.error} if line.error else printed)
    return sum(verdict is not None for verdict in verdicts.values())


def _read(file: Iterable[bytes]) -> Iterator[_ArticleLine]:
    """The lines with their fingerprints, made on all cores when there are many."""
    texts = (line for line in file if line.strip())
    first = [line for _, line in zip(range(_FEW), texts, strict=False)]
    yield from map(_line, first)
    if len(first) == _FEW:
        with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
            yield from pool.map(_line, texts, chunksize=64)


def _line(text: bytes) -> _ArticleLine:
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _ArticleLine(None, f"not JSON: {error}")
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str | int):
        return _ArticleLine(None, 'no JSON object with an "id"')
    wrong = [
        name
        for name in ("url", "title", "body", "published")
        if not isinstance(entry.get(name) or "", str)
    ]
    if wrong:
        return _ArticleLine(entry["id"], f'"{wrong[0]}" is no text')
    return _judged(entry)


def _judged(entry: dict[str, Any]) -> _ArticleLine:
    body, title = entry.get("body") or "", entry.get("title") or ""
    blocks = [
        Block(kind="p", text=paragraph) for paragraph in body.split("\n\n") if paragraph.strip()
    ]
    moment = read_date(entry.get("published") or "")
    source, address = "", None
    with suppress(BadUrl):
        url = normalise(entry.get("url") or "")
        source, address = Url(url).host, url_id(url)
    return _ArticleLine(
        id=entry["id"],
        fingerprint=fingerprint(
            body, title=title, agency=find_agency(StructuredData(), (), blocks)
        ),
        source=source,
        span=published_span([Evidence(provenance="file", value=moment)] if moment else []),
        address=address,
    )
