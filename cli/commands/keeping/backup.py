"""``newsloom backup`` and ``newsloom restore``."""

from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from cli.command import Command
from cli.output import json_option, out, print_json
from cli.session import session, settings
from services.backup.backup import back_up
from services.backup.restore import restore as restored

_folder = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
_repository = click.option(
    "--repository",
    metavar="NAME",
    help="The snapshot repository of Elasticsearch that holds its part.",
)
_archive = click.option(
    "--archive/--no-archive", default=True, show_default=True, help="The archived pages as well."
)


@click.command(cls=Command)
@_folder
@_repository
@_archive
@json_option
def backup(folder: Path, *, repository: str | None, archive: bool, as_json: bool) -> None:
    """Back up everything into DIR, a new folder: Redis, the index, the sources, the archive.

    Newsloom may run meanwhile. DIR holds secrets, such as those of hubs: keep it as safe as the
    data. It is whole when it has a manifest.json.
    """
    chosen = settings()
    made = back_up(chosen, partial(session, chosen), folder, repository=repository, archive=archive)
    if as_json:
        print_json(made.model_dump(mode="json", exclude={"files"}) | {"files": len(made.files)})
        return
    where = f"in the snapshot {made.snapshot.name}" if made.snapshot else "in the folder"
    articles = "" if made.articles is None else f"{made.articles} articles "
    out().print(f"backed up into {folder}: {len(made.files)} files", markup=False)
    out().print(f"index: {articles}{where}", markup=False)


@click.command(cls=Command)
@_folder
@_repository
@_archive
@json_option
def restore(folder: Path, *, repository: str | None, archive: bool, as_json: bool) -> None:
    """Restore what `newsloom backup` has put into DIR, where nothing is yet.

    The data folder, the namespace in Redis and the index must be empty. What is there afterwards is
    compared with the backup.
    """
    chosen = settings()
    found = restored(
        chosen, partial(session, chosen), folder, repository=repository, archive=archive
    )
    if as_json:
        print_json(asdict(found))
        return
    for name, number in asdict(found).items():
        out().print(f"{name.replace('_', ' ')}: {number}", markup=False)
