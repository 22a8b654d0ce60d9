"""``newsloom extract``: pages to articles, without any server."""

import sys
from pathlib import Path
from typing import Any

import click

from cli.command import Command
from cli.demo_mode import is_demo
from cli.output import err, print_json, progress
from cli.session import demo_network, settings
from config.settings import Settings
from pipeline.outcome import Dead, Rejected
from pipeline.records import Article
from pipeline.urls import Url
from services.extraction.extract import Extraction, extract_inputs, source_of
from services.extraction.inputs import (
    ExtractInput,
    inputs_named,
    is_made_up,
    is_web_address,
    read_listing,
)


@click.command(cls=Command)
@click.argument("inputs", nargs=-1, metavar="FILE|FOLDER|URL|-…")
@click.option("--from", "listing", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help='JSON lines of {"file": …, "url": …}.')  # fmt: skip
@click.option(
    "--source", "source_id", metavar="ID", help="Read them with the selectors of this source."
)
@click.option("--json", "as_json", is_flag=True, help="JSON lines (the default).")
def extract(
    inputs: tuple[str, ...],
    listing: Path | None,
    source_id: str | None,
    *,
    as_json: bool,  # noqa: ARG001 - always JSON
) -> None:
    """Extract articles from files, folders or addresses: one JSON line per page, in order.

    "-" reads a page from standard input. Of a folder all .html, .htm, .txt and .gz files are taken,
    at any depth; a pattern such as 'pages/*.html' may be quoted. A file that is named twice is read
    once.

    "id" and "url" are those of the page's canonical address; where nobody says it, "url" is null
    and "id" is the file's name. So `newsloom extract pages | newsloom deduplicate -` finds copies.

    An input that gives no article has outcome "rejected" or "dead" with the reason. With --source,
    "unmatched" has the fields whose selectors match nothing, and a URL may be in its network.
    """
    chosen = _settings_for(inputs, listing, source_id)
    wanted = _wanted(chosen, inputs, listing, source_id)
    if not wanted:
        raise click.UsageError("name files or URLs, or a list with --from")
    failed = 0
    with progress() as bar, demo_network(chosen) as network:
        task = bar.add_task("extracting", total=len(wanted))
        for extraction in extract_inputs(wanted, chosen, network=network):
            print_json(_as_json(extraction))
            failed += not isinstance(extraction.result, Article)
            bar.advance(task)
    if failed:
        err().print(f"{failed} of {len(wanted)} gave no article; each line says why.")
    raise SystemExit(1 if failed == len(wanted) else 0)


def _settings_for(names: tuple[str, ...], listing: Path | None, source_id: str | None) -> Settings:
    """Plain files need no settings, so none that does not fit stands in their way."""
    are_files = not any(map(is_web_address, names))
    if are_files and not (listing or source_id or is_demo()):
        return Settings.model_construct()
    return settings()


def _wanted(
    chosen: Settings, names: tuple[str, ...], listing: Path | None, source_id: str | None
) -> list[ExtractInput]:
    """The inputs in their order: first those that are named, then those of the list."""
    most = chosen.max_page_bytes
    wanted = inputs_named(names, lambda: sys.stdin.buffer.read(most + 1))
    if listing:
        wanted += [ExtractInput(name, address) for name, address in read_listing(listing)]
    if source_id is None:
        return wanted
    source = source_of(chosen.sources, source_id)
    return [each.read_for(source) for each in wanted]


def _as_json(extraction: Extraction) -> dict[str, Any]:
    line = {"file": extraction.input.name, **_result(extraction)}
    if extraction.unmatched is not None:
        line["unmatched"] = list(extraction.unmatched)
    return line


def _result(extraction: Extraction) -> dict[str, Any]:
    named = {"id": extraction.id, "url": extraction.url}
    match extraction.result:
        case Article() as article:
            end = {"outcome": "extracted", "reason": None, "detail": None}
            language = {"language": extraction.language}
            return {**_article(article), **named, **_place(extraction, article), **language, **end}
        case Rejected(reason=reason, detail=detail):
            return {**named, "outcome": "rejected", "reason": reason.value, "detail": detail}
        case Dead(error=error):
            return {**named, "outcome": "dead", "reason": None, "detail": error}


def _article(article: Article) -> dict[str, Any]:
    return article.model_dump(mode="json", exclude={"source", "first_seen", "fetched_at"})


def _place(extraction: Extraction, article: Article) -> dict[str, Any]:
    """Where the article is, without the made-up URL of a file that came without one."""
    if not is_made_up(article.canonical_url):
        return {}
    url = extraction.url
    image = None if article.image and is_made_up(article.image) else article.image
    return {"canonical_url": url, "host": Url(url).host if url else None, "image": image}
