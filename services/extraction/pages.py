"""The pages that are extracted without any store: from files, standard input or the network."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings
from pipeline.crawl.content_decoding import BadCoding, Decoder
from pipeline.crawl.status import classify_content, classify_status
from pipeline.outcome import Dead, Reason, Rejected, Retry
from pipeline.records import Page
from pipeline.urls import BadUrl, normalise
from services.extraction.inputs import NO_ADDRESS, ExtractInput, is_web_address
from workers.fetch.fetcher import AT_ONCE, Fetcher
from workers.fetch.network import Network, SystemNetwork
from workers.fetch.records import PAGE, Limits, Response

_GZIP = b"\x1f\x8b"


def page_of(
    wanted: ExtractInput, settings: Settings, network: Network | None
) -> Page | Rejected | Dead:
    """The page of an input, read or fetched; or why there is none."""
    try:
        if is_web_address(wanted.name):
            return _fetched(wanted, settings, network or SystemNetwork())
        if wanted.content is not None:
            return _file_page(wanted, wanted.content, datetime.now(UTC), settings.max_page_bytes)
        return _read(wanted, settings.max_page_bytes)
    except BadUrl as error:
        return Rejected(reason=error.reason, detail=str(error))


def _read(wanted: ExtractInput, max_bytes: int) -> Page | Rejected:
    path = Path(wanted.name)
    try:
        if path.is_dir():
            return Rejected(reason=Reason.EMPTY, detail="the folder has no pages")
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
            at = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        why = getattr(error, "strerror", error)
        return Rejected(reason=Reason.EMPTY, detail=f"the file cannot be read: {why}")
    return _file_page(wanted, content, at, max_bytes)


def _file_page(
    wanted: ExtractInput, content: bytes, at: datetime, max_bytes: int
) -> Page | Rejected:
    """The page that a file's content is, dated ``at``."""
    if len(content) > max_bytes:
        detail = f"the file has more than {max_bytes} bytes"
        return Rejected(reason=Reason.TOO_LARGE, detail=detail)
    if content.startswith(_GZIP):
        unpacked = _unpacked(content, max_bytes)
        if isinstance(unpacked, Rejected):
            return unpacked
        content = unpacked
    if refused := classify_content("", content):
        return refused
    url = normalise(wanted.address) if wanted.address else NO_ADDRESS
    is_text = wanted.name.removesuffix(".gz").endswith(".txt")
    return Page(
        url=url,
        final_url=url,
        status=200,
        content_type="text/plain" if is_text else "text/html",
        content=content,
        fetched_at=at,
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


def _fetched(wanted: ExtractInput, settings: Settings, network: Network) -> Page | Rejected | Dead:
    response, now = asyncio.run(_get(wanted, settings, network)), datetime.now(UTC)
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


async def _get(
    wanted: ExtractInput, settings: Settings, network: Network
) -> Response | Rejected | Retry:
    limits = Limits(
        seconds=settings.fetch_timeout,
        max_bytes=settings.max_page_bytes,
        ports=settings.allowed_ports,
    )
    fetcher = Fetcher(network, user_agent=settings.user_agent, limits=limits)
    try:
        policy = replace(AT_ONCE, access=wanted.access)
        return await fetcher.get(normalise(wanted.name), PAGE, policy)
    finally:
        await fetcher.aclose()
