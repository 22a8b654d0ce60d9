"""``newsloom index``."""

from dataclasses import asdict

import click

from cli.command import Command, Group
from cli.output import json_option, out, print_json, progress
from cli.session import settings
from services.index.rebuild import rebuild_index
from storage.index import Rebuilt
from workers.resources import Resources


@click.group(cls=Group)
def index() -> None:
    """Build the index anew while people search."""


@index.command(cls=Command, short_help="Build the index anew beside the one in use, and swap.")
@click.option(
    "--shards",
    type=click.IntRange(1, 1024),
    help="Primary shards of each month in Elasticsearch.  [default: NEWSLOOM_INDEX_SHARDS]",
)
@json_option
def rebuild(*, shards: int | None, as_json: bool) -> None:
    """Build the index anew beside the one in use, as this release would, and put it in its place.

    For an upgrade that changes the mapping, and for another number of shards. People search all the
    time and articles arrive; what is written meanwhile is in the new index too. The old index is
    deleted after the swap. Killed before it, the old one stays in use: run the command again, which
    also removes what was left.
    """
    chosen = settings()
    if shards and not chosen.index_url:
        raise click.UsageError("--shards is for Elasticsearch, and NEWSLOOM_INDEX_URL is not set")
    if shards:
        chosen = chosen.model_copy(update={"index_shards": shards})
    done = _rebuilt(Resources(chosen))
    if as_json:
        print_json(asdict(done))
        return
    out().print(f"articles copied: {done.articles}", markup=False)
    out().print(f"copied again, as they changed meanwhile: {done.changed}", markup=False)


def _rebuilt(resources: Resources) -> Rebuilt:
    with progress() as bar:
        task = bar.add_task("articles", total=None)
        return rebuild_index(resources, lambda copied: bar.update(task, completed=copied))
