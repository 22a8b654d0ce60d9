"""``newsloom extract``: pages to articles, without any server."""

from pathlib import Path
from typing import Any

import click

from cli.command import Command
from cli.demo_mode import is_demo
from cli.output import err, print_json, progress
from cli.session import demo_network, settings
from config.settings import Settings
from pipeline.outcome import Dead, Rejected
from pipeline.overrides import Overrides
from pipeline.records import Article
from services.extract import (
    NO_ADDRESS,
    ExtractInput,
    Extraction,
    extract_inputs,
    read_listing,
    selectors_of,
)


@click.command(cls=Command)
@click.argument("inputs", nargs=-1, metavar="FILE|URL…")
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
    """Extract articles from files or addresses: one JSON line per input, in order.

    An input that gives no article has outcome "rejected" or "dead" with the reason. With --source,
    "unmatched" has the fields whose selectors match nothing.
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
    are_files = not any(name.startswith(("http://", "https://")) for name in names)
    if are_files and not (listing or source_id or is_demo()):
        return Settings.model_construct()
    return settings()


def _wanted(
    chosen: Settings, names: tuple[str, ...], listing: Path | None, source_id: str | None
) -> list[ExtractInput]:
    """The inputs in their order: first those that are named, then those of the list."""
    listed = list(read_listing(listing)) if listing else []
    overrides = selectors_of(chosen.sources, source_id) if source_id else Overrides()
    return [
        ExtractInput(name, address, source_id or "command", overrides)
        for name, address in [*((name, None) for name in names), *listed]
    ]


def _as_json(extraction: Extraction) -> dict[str, Any]:
    line = {"file": extraction.input.name, **_result(extraction)}
    if extraction.unmatched is not None:
        line["unmatched"] = list(extraction.unmatched)
    return line


def _result(extraction: Extraction) -> dict[str, Any]:
    url = extraction.input.address
    match extraction.result:
        case Article() as article:
            end = {"outcome": "extracted", "reason": None, "detail": None}
            return {**_article(article), "language": extraction.language, **end}
        case Rejected(reason=reason, detail=detail):
            return {"url": url, "outcome": "rejected", "reason": reason.value, "detail": detail}
        case Dead(error=error):
            return {"url": url, "outcome": "dead", "reason": None, "detail": error}


def _article(article: Article) -> dict[str, Any]:
    """Its fields, without the made-up URL of a file that came without one."""
    fields = article.model_dump(mode="json", exclude={"source", "first_seen", "fetched_at"})
    if article.url == NO_ADDRESS:
        fields["url"] = None
    if article.canonical_url == NO_ADDRESS:
        fields |= {"id": None, "canonical_url": None, "host": None}
    return fields
