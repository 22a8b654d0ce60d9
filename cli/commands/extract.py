"""``newsloom extract``: pages to articles, without any server."""

import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import click

from cli.output import err, print_json, progress
from cli.session import settings
from config.sources import load
from pipeline.crawl.content_decoding import BadCoding, Decoder
from pipeline.crawl.status import classify_content, classify_status
from pipeline.enrich.languages import detect_language
from pipeline.extract import extract as extract_article
from pipeline.extract import unmatched_in
from pipeline.outcome import Dead, Reason, Rejected, Retry
from pipeline.overrides import Overrides
from pipeline.records import Article, FoundBy, Link, Page
from pipeline.urls import BadUrl, Url, normalise
from workers.fetch.fetcher import Fetcher
from workers.fetch.network import SystemNetwork
from workers.fetch.records import Limits, Response

_NO_ADDRESS = Url("http://unknown.invalid/news/unknown.html")
"""Of a file that came without its address. It looks like an article's: a front page would be refused."""


class Job(NamedTuple):
    """One input.

    Attributes:
        name: a file or URL.
        address: where the file was fetched from, if that is known.
        source: the id of the source it is read for, or "command".
        overrides: that source's selectors.
    """

    name: str
    address: str | None
    source: str
    overrides: Overrides


@click.command()
@click.argument("inputs", nargs=-1, metavar="FILE|URL…")
@click.option("--from", "listing", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help='JSON lines of {"file": …, "url": …}.')  # fmt: skip
@click.option(
    "--source", "source_id", metavar="ID", help="Read them with the selectors of this source."
)
@click.option("--json", "as_json", is_flag=True, help="JSON lines (the default).")
def extract(
    inputs: tuple[str, ...], listing: Path | None, source_id: str | None, *, as_json: bool
) -> None:
    """Extract articles from files or addresses: one JSON line per input, in order.

    An input that gives no article has outcome "rejected" or "dead" with the reason. With --source,
    "unmatched" has the fields whose selectors match nothing.
    """
    named = [(name, None) for name in inputs] + (list(_listed(listing)) if listing else [])
    overrides = _overrides_of(source_id) if source_id else Overrides()
    jobs = [Job(name, address, source_id or "command", overrides) for name, address in named]
    if not jobs:
        raise click.UsageError("name files or URLs, or a list with --from")
    rejected = 0
    with progress() as bar:
        task = bar.add_task("extracting", total=len(jobs))
        for line in _lines(jobs):
            print_json(line)
            rejected += line["outcome"] != "extracted"
            bar.advance(task)
    if rejected:
        err().print(f"{rejected} of {len(jobs)} gave no article; each line says why.")
    raise SystemExit(1 if rejected == len(jobs) else 0)


def _overrides_of(source_id: str) -> Overrides:
    """The selectors of a source; a usage error where there is no such source."""
    path = settings().sources
    known = {source.id: source for source in load(path)}
    if source_id not in known:
        raise click.UsageError(f"no source {source_id!r} in {path}")
    return known[source_id].extract


def _listed(listing: Path) -> Iterator[tuple[str, str | None]]:
    for number, line in enumerate(listing.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            file, url = Path(entry["file"]), entry.get("url")
        except (ValueError, TypeError, KeyError, AttributeError):
            raise click.UsageError(
                f'{listing}, line {number}: not {{"file": …, "url": …}}'
            ) from None
        yield (
            str(file if file.is_absolute() else listing.parent / file),
            None if url is None else str(url),
        )


def _lines(jobs: list[Job]) -> Iterable[dict[str, Any]]:
    if len(jobs) < 4:  # noqa: PLR2004 - starting processes would take longer
        return map(_one, jobs)
    return _in_processes(jobs)


def _in_processes(jobs: list[Job]) -> Iterator[dict[str, Any]]:
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield from pool.map(_one, jobs, chunksize=4)


def _one(job: Job) -> dict[str, Any]:
    """One input's line; whatever one page does to us, its neighbours do not suffer."""
    about: dict[str, Any] = {}
    try:
        page = _page(job)
        result = _result(page, job) if isinstance(page, Page) else page
        if isinstance(page, Page) and job.overrides != Overrides():
            about = {"unmatched": unmatched_in(page, job.overrides)}
    except Exception as error:  # noqa: BLE001
        result = Dead(error=f"unexpected {type(error).__name__}: {error}"[:500])
    return {"file": job.name, **_line(result, job.address), **about}


def _page(job: Job) -> Page | Rejected | Dead:
    try:
        is_url = job.name.startswith(("http://", "https://"))
        return _fetched(job.name) if is_url else _read(Path(job.name), job.address)
    except BadUrl as error:
        return Rejected(reason=error.reason, detail=str(error))


def _result(page: Page, job: Job) -> Article | Rejected:
    link = Link(url=page.url, source=job.source, found_by=FoundBy.COMMAND)
    return extract_article(page, link=link, first_seen=page.fetched_at, overrides=job.overrides)


def _line(result: Article | Rejected | Dead, url: str | None) -> dict[str, Any]:
    match result:
        case Article():
            fields = result.model_dump(mode="json", exclude={"source", "first_seen", "fetched_at"})
            fields["language"] = detect_language(
                f"{result.title}. {result.body}", result.declared_language
            )
            if result.url == _NO_ADDRESS:
                fields["url"] = None
            if result.canonical_url == _NO_ADDRESS:
                fields |= {"id": None, "canonical_url": None, "host": None}
            return {**fields, "outcome": "extracted", "reason": None, "detail": None}
        case Rejected():
            return {
                "url": url,
                "outcome": "rejected",
                "reason": result.reason.value,
                "detail": result.detail,
            }
        case Dead():
            return {"url": url, "outcome": "dead", "reason": None, "detail": result.error}


def _read(path: Path, address: str | None) -> Page | Rejected:
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        return Rejected(
            reason=Reason.EMPTY,
            detail=f"the file cannot be read: {getattr(error, 'strerror', error)}",
        )
    if content.startswith(b"\x1f\x8b"):
        decoder = Decoder("gzip", settings().max_page_bytes)
        try:
            if not decoder.feed(content):
                return Rejected(
                    reason=Reason.TOO_LARGE,
                    detail=f"the file unpacks to more than {decoder.limit} bytes",
                )
            content = decoder.close()
        except (BadCoding, EOFError):
            return Rejected(reason=Reason.BAD_ENCODING, detail="the file is broken gzip")
    if refused := classify_content("", content):
        return refused
    url = normalise(address) if address else _NO_ADDRESS
    fetched_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    kind = "text/plain" if path.suffix == ".txt" else "text/html"
    return Page(
        url=url,
        final_url=url,
        status=200,
        content_type=kind,
        content=content,
        fetched_at=fetched_at,
    )


def _fetched(url: str) -> Page | Rejected | Dead:
    import asyncio  # noqa: PLC0415 - only URLs need a loop

    chosen = settings()

    async def get() -> Response | Rejected | Retry:
        limits = Limits(
            seconds=chosen.fetch_timeout,
            max_bytes=chosen.max_page_bytes,
            ports=chosen.allowed_ports,
        )
        fetcher = Fetcher(SystemNetwork(), user_agent=chosen.user_agent, limits=limits)
        try:
            return await fetcher.get(normalise(url))
        finally:
            await fetcher.aclose()

    answer, now = asyncio.run(get()), datetime.now(UTC)
    if isinstance(answer, Response):
        kind = answer.headers.get("content-type", "")
        verdict = classify_status(answer.status, None, now) or classify_content(
            kind, answer.content
        )
        if verdict is None:
            return Page(
                url=answer.url, final_url=answer.final_url, status=answer.status, content_type=kind,
                content=answer.content, fetched_at=now,
            )  # fmt: skip
        answer = verdict
    return Dead(error=answer.error) if isinstance(answer, Retry) else answer
