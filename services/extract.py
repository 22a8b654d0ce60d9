"""Extract articles from files or URLs, without any store."""

import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from config.settings import Settings
from config.sources_file import read
from pipeline.crawl.content_decoding import BadCoding, Decoder
from pipeline.crawl.status import classify_content, classify_status
from pipeline.enrich.languages import detect_language
from pipeline.extract import extract as extract_article
from pipeline.extract import unmatched_in
from pipeline.outcome import Dead, Reason, Rejected, Retry
from pipeline.overrides import Overrides
from pipeline.records import Article, FoundBy, Link, Page
from pipeline.urls import BadUrl, Url, normalise
from services.errors import UnknownSourceError, UnreadableInputError
from workers.fetch.fetcher import Fetcher
from workers.fetch.network import Network, SystemNetwork
from workers.fetch.records import Limits, Response

NO_ADDRESS = Url("http://unknown.invalid/news/unknown.html")
"""Of a file that came without its URL. It has an article's form: a front page would be refused."""

_GZIP = b"\x1f\x8b"
_FEW = 4
"""Inputs below which starting processes takes longer than it saves."""

_CHUNK = 4
_MOST_OF_ERROR = 500


@dataclass(frozen=True, slots=True)
class ExtractInput:
    """One input.

    Attributes:
        name: a file or URL.
        address: where the file was fetched from, if that is known.
        source: the id of the source it is read for, or "command".
        overrides: that source's selectors.
    """

    name: str
    address: str | None = None
    source: str = "command"
    overrides: Overrides = field(default_factory=Overrides)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one input gave.

    Attributes:
        input: what was read.
        result: the article, or why there is none.
        language: of the article.
        unmatched: fields whose selectors match nothing; None when there are no selectors.
    """

    input: ExtractInput
    result: Article | Rejected | Dead
    language: str | None = None
    unmatched: tuple[str, ...] | None = None


def extract_inputs(
    inputs: Sequence[ExtractInput], settings: Settings, *, network: Network | None = None
) -> Iterator[Extraction]:
    """Extract the articles of inputs, in their order, on all cores when there are many.

    Args:
        inputs: files and URLs.
        settings: the limits of fetching and reading.
        network: what URLs are fetched through; None for the machine's own.
    """
    extract_one = partial(_extract_one, settings=settings, network=network)
    if len(inputs) < _FEW:
        yield from map(extract_one, inputs)
        return
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield from pool.map(extract_one, inputs, chunksize=_CHUNK)


def selectors_of(sources_file: Path, source_id: str) -> Overrides:
    """The selectors of a source.

    Raises:
        UnknownSourceError: there is no such source.
    """
    file = read(sources_file)
    for source in file.sources:
        if source.id == source_id:
            return source.extract
    raise UnknownSourceError(file.why_missing(source_id))


def read_listing(listing: Path) -> Iterator[tuple[str, str | None]]:
    """The files that a list names, and their URLs where it has them.

    The list has lines of JSON: ``{"file": …, "url": …}``. Its folder is where relative paths start.

    Raises:
        UnreadableInputError: a line is not of this form.
    """
    for number, line in enumerate(listing.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            file, url = Path(entry["file"]), entry.get("url")
        except (ValueError, TypeError, KeyError, AttributeError):
            raise UnreadableInputError(
                f'{listing}, line {number}: not {{"file": …, "url": …}}'
            ) from None
        yield str(listing.parent / file), None if url is None else str(url)


def _extract_one(
    wanted: ExtractInput, *, settings: Settings, network: Network | None
) -> Extraction:
    """One input's result. An unexpected error is its result too, so that the others go on."""
    try:
        page = _page(wanted, settings, network)
        if not isinstance(page, Page):
            return Extraction(wanted, page)
        return _extraction(wanted, page)
    except Exception as error:  # noqa: BLE001 - whatever one page does, the others are extracted
        text = f"unexpected {type(error).__name__}: {error}"
        return Extraction(wanted, Dead(error=text[:_MOST_OF_ERROR]))


def _extraction(wanted: ExtractInput, page: Page) -> Extraction:
    link = Link(url=page.url, source=wanted.source, found_by=FoundBy.COMMAND)
    result = extract_article(
        page, link=link, first_seen=page.fetched_at, overrides=wanted.overrides
    )
    language = _language_of(result) if isinstance(result, Article) else None
    has_selectors = wanted.overrides != Overrides()
    unmatched = tuple(unmatched_in(page, wanted.overrides)) if has_selectors else None
    return Extraction(wanted, result, language, unmatched)


def _language_of(article: Article) -> str | None:
    return detect_language(f"{article.title}. {article.body}", article.declared_language)


def _page(
    wanted: ExtractInput, settings: Settings, network: Network | None
) -> Page | Rejected | Dead:
    try:
        if wanted.name.startswith(("http://", "https://")):
            return _fetched(wanted.name, settings, network or SystemNetwork())
        return _read(Path(wanted.name), wanted.address, settings.max_page_bytes)
    except BadUrl as error:
        return Rejected(reason=error.reason, detail=str(error))


def _read(path: Path, address: str | None, max_bytes: int) -> Page | Rejected:
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        why = getattr(error, "strerror", error)
        return Rejected(reason=Reason.EMPTY, detail=f"the file cannot be read: {why}")
    if content.startswith(_GZIP):
        unpacked = _unpacked(content, max_bytes)
        if isinstance(unpacked, Rejected):
            return unpacked
        content = unpacked
    if refused := classify_content("", content):
        return refused
    url = normalise(address) if address else NO_ADDRESS
    return Page(
        url=url,
        final_url=url,
        status=200,
        content_type="text/plain" if path.suffix == ".txt" else "text/html",
        content=content,
        fetched_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
    )


def _unpacked(content: bytes, max_bytes: int) -> bytes | Rejected:
    """The content of a gzip file."""
    decoder = Decoder("gzip", max_bytes)
    try:
        if not decoder.feed(content):
            detail = f"the file unpacks to more than {max_bytes} bytes"
            return Rejected(reason=Reason.TOO_LARGE, detail=detail)
        return decoder.close()
    except (BadCoding, EOFError):
        return Rejected(reason=Reason.BAD_ENCODING, detail="the file is broken gzip")


def _fetched(url: str, settings: Settings, network: Network) -> Page | Rejected | Dead:
    response, now = asyncio.run(_get(url, settings, network)), datetime.now(UTC)
    if isinstance(response, Retry):
        return Dead(error=response.error)
    if isinstance(response, Rejected):
        return response
    content_type = response.headers.get("content-type", "")
    verdict = classify_status(response.status, None, now)
    verdict = verdict or classify_content(content_type, response.content)
    if isinstance(verdict, Retry):
        return Dead(error=verdict.error)
    return verdict or Page(
        url=response.url,
        final_url=response.final_url,
        status=response.status,
        content_type=content_type,
        content=response.content,
        fetched_at=now,
    )


async def _get(url: str, settings: Settings, network: Network) -> Response | Rejected | Retry:
    limits = Limits(
        seconds=settings.fetch_timeout,
        max_bytes=settings.max_page_bytes,
        ports=settings.allowed_ports,
    )
    fetcher = Fetcher(network, user_agent=settings.user_agent, limits=limits)
    try:
        return await fetcher.get(normalise(url))
    finally:
        await fetcher.aclose()
