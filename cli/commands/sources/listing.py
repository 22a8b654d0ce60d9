"""``newsloom sources list``, ``remove``, ``import`` and ``export``: what is in the file."""

from collections.abc import Sequence
from typing import BinaryIO

import click

from cli.command import Command
from cli.commands.sources.pushes import push_json
from cli.invocation import typed
from cli.output import clean, err, json_option, out, print_json, print_problems
from cli.session import session, settings
from config.opml import Refusal
from config.sources import Source
from pipeline.sources.subscription import PushVerdict
from services.sources import export_opml, import_opml, list_sources, remove_source


@click.command("list", cls=Command)
@json_option
def list_(*, as_json: bool) -> None:
    """List the sources, and what pushes them."""
    chosen = settings()
    listed = list_sources(chosen.sources, session if chosen.public_url else None)
    if listed.unavailable:
        err().print(f"What pushes them cannot be said: {clean(listed.unavailable)}", markup=False)
    print_problems(listed.problems)
    for source in listed.sources:
        _print_source(source, listed.pushes.get(source.id), as_json=as_json)
    if not listed.sources and not listed.problems:
        adding = typed("sources", "add", "ADDRESS")
        err().print(f"No sources in {chosen.sources}; add one with `{adding}`.", markup=False)


@click.command(cls=Command)
@click.argument("source_id")
def remove(source_id: str) -> None:
    """Stop watching a source; its articles stay."""
    remove_source(settings().sources, source_id)


@click.command("import", cls=Command, short_help="Add the subscriptions of an OPML file.")
@click.argument("file", type=click.File("rb"))
@click.option("--tag", "tags", multiple=True, help="Given to every source, beside its folders.")
@click.option("--collection", "collections", multiple=True, help="To which every source belongs.")
@click.option("--dry-run", is_flag=True, help="Only list what would be added.")
@json_option
def import_(
    file: BinaryIO,
    tags: tuple[str, ...],
    collections: tuple[str, ...],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add the subscriptions of an OPML file (- for stdin), its folders as tags.

    What is there already is left as it is. The addresses are not fetched; `newsloom sources check`
    does that.
    """
    imported = import_opml(
        settings().sources,
        file.read(),
        name=file.name,
        tags=tags,
        collections=collections,
        dry_run=dry_run,
    )
    for source in imported.sources:
        if as_json:
            print_json(source.model_dump(mode="json"))
        else:
            out().print(f"{source.id}  {clean(source.address)}", markup=False)
    _print_refusals(imported.refused)
    new, known = len(imported.sources), len(imported.known)
    err().print(f"{new} new, {known} already there, {len(imported.refused)} left out")
    raise SystemExit(0 if new or known else 1)


@click.command(cls=Command)
def export() -> None:
    """Print the sources as OPML, for feed readers and other Newslooms."""
    # As bytes: the document says that it is UTF-8, whatever the terminal's encoding is.
    click.echo(export_opml(settings().sources).encode(), nl=False)


def _print_source(source: Source, push: PushVerdict | None, *, as_json: bool) -> None:
    if as_json:
        print_json({**source.model_dump(mode="json"), "push": push_json(push)})
        return
    state = "" if source.enabled else "  (off)"
    pushed = f"  {clean(push.sentence)}" if push else ""
    out().print(f"{source.id}  {clean(source.address)}{state}{pushed}", markup=False)


def _print_refusals(refused: Sequence[Refusal]) -> None:
    for name, why in refused:
        err().print(f"left out: {clean(name)}: {clean(why)}", markup=False)
