"""Extract articles from files or URLs, without any store."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from config.settings import Settings
from config.sources import Source
from config.sources_file import read
from pipeline.enrich.languages import detect_language
from pipeline.extract import extract as extract_article
from pipeline.extract import own_address, unmatched_in
from pipeline.outcome import Dead, Rejected
from pipeline.overrides import Overrides
from pipeline.records import Article, FoundBy, Link, Page
from pipeline.urls import BadUrl, url_id
from services.errors import UnknownSourceError
from services.extraction.inputs import NO_ADDRESS, ExtractInput, is_made_up, is_web_address
from services.extraction.pages import page_of
from workers.fetch.network import Network

_FEW = 4
"""Inputs below which starting processes takes longer than it saves."""

_CHUNK = 4
_MOST_OF_ERROR = 500


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one input gave.

    Attributes:
        input: what was read.
        result: the article, or why there is none.
        language: of the article.
        unmatched: fields whose selectors match nothing; None when there are no selectors.
        url: of the page: where it was fetched from, else what the page itself says; None when
            nobody says it.
    """

    input: ExtractInput
    result: Article | Rejected | Dead
    language: str | None = None
    unmatched: tuple[str, ...] | None = None
    url: str | None = None

    @property
    def id(self) -> str:
        """The article's id, else that of the URL, else the name of the input."""
        if isinstance(self.result, Article) and not is_made_up(self.result.canonical_url):
            return self.result.id
        with suppress(BadUrl):
            return url_id(self.url or "")
        return self.input.name


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


def source_of(sources_file: Path, source_id: str) -> Source:
    """The source with this id, whose selectors are to be used.

    Raises:
        UnknownSourceError: there is no such source.
    """
    file = read(sources_file)
    for source in file.sources:
        if source.id == source_id:
            return source
    raise UnknownSourceError(file.why_missing(source_id))


def _extract_one(
    wanted: ExtractInput, *, settings: Settings, network: Network | None
) -> Extraction:
    """One input's result. An unexpected error is its result too, so that the others go on."""
    try:
        page = page_of(wanted, settings, network)
        if not isinstance(page, Page):
            return Extraction(wanted, page, url=_named_url(wanted))
        return _extraction(wanted, page)
    except Exception as error:  # noqa: BLE001 - whatever one page does, the others are extracted
        text = f"unexpected {type(error).__name__}: {error}"
        return Extraction(wanted, Dead(error=text[:_MOST_OF_ERROR]), url=_named_url(wanted))


def _named_url(wanted: ExtractInput) -> str | None:
    """The URL that came with an input, as it was written."""
    return wanted.name if is_web_address(wanted.name) else wanted.address


def _extraction(wanted: ExtractInput, page: Page) -> Extraction:
    link = Link(url=page.url, source=wanted.source, found_by=FoundBy.COMMAND)
    result = extract_article(
        page, link=link, first_seen=page.fetched_at, overrides=wanted.overrides
    )
    language = _language_of(result) if isinstance(result, Article) else None
    has_selectors = wanted.overrides != Overrides()
    unmatched = tuple(unmatched_in(page, wanted.overrides)) if has_selectors else None
    return Extraction(wanted, result, language, unmatched, url=_url_of(page))


def _url_of(page: Page) -> str | None:
    """Where a page was found, else what it calls its address."""
    return own_address(page) if page.url == NO_ADDRESS else page.final_url


def _language_of(article: Article) -> str | None:
    return detect_language(f"{article.title}. {article.body}", article.declared_language)
