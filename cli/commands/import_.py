"""``newsloom import``: pages that were captured before, from files, through the whole pipeline."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import click

from cli.helpers import Helpers
from cli.output import clean, err, json_option, out, print_json, progress
from cli.session import session, settings
from storage.archive.captures import NotReadable, Read
from storage.archive.opening import read_file
from storage.archive.warc import WarcReader
from workers.app import make_app
from workers.chain.importing import Importer, ImportTally, Stalled
from workers.resources import Resources

_SOURCE = "import"
_FAILED = 1
_UNFINISHED = 3
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_KNOWN = "importing it with --again would process it once more"


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE…")
@click.option(
    "--source", metavar="ID", help="The source that the pages belong to.  [default: import]"
)
@click.option("--again", is_flag=True, help="Process also pages that are known.")
@click.option(
    "--wait",
    default=300.0,
    show_default=True,
    help="Seconds without any outcome before it gives up.",
)
@json_option
def import_(
    files: tuple[Path, ...], *, source: str | None, again: bool, wait: float, as_json: bool
) -> None:
    """Import pages from WARC, WET or JSON lines files, plain or compressed, without asking any site.

    A line of JSON has "url", and "html" or "text"; "fetched_at" and "source" if they are known. A
    capture later than the one that is known is a new version; an earlier one, or the same again, is
    left alone. Uses the running workers, or starts some for the time. Exit code 1: a file is
    damaged, or a page ended as dead; 3: some have not ended yet, and the running workers go on with
    them.
    """
    reader = WarcReader(max_bytes=settings().max_page_bytes)
    try:
        opened = [(path, read_file(path, reader)) for path in files]
    except NotReadable as error:
        raise click.UsageError(clean(str(error))) from None
    with session() as resources:
        if source and source not in resources.registry.all():
            raise click.UsageError(f"no source {source!r} in {resources.settings.sources}")
        tally = _run(resources, opened, reader, source=source or _SOURCE, again=again, wait=wait)
    if as_json:
        print_json(_as_json(tally))
    else:
        _show(tally, again=again)
    if tally.in_flight:
        raise SystemExit(_UNFINISHED)
    if tally.damage or tally.outcomes["dead"]:
        raise SystemExit(_FAILED)


def _run(  # noqa: PLR0913 - what the command offers
    resources: Resources,
    files: list[tuple[Path, Iterator[Read]]],
    reader: WarcReader,
    *,
    source: str,
    again: bool,
    wait: float,
) -> ImportTally:
    app = make_app(resources.settings)
    with ExitStack() as stack, progress() as bar:
        helpers = Helpers(resources, stack, log="import.log")
        importer = Importer(
            resources, app, source=source, again=again, tend=helpers.tend, patience=wait
        )
        with suppress(KeyboardInterrupt):
            try:
                for path, found in files:
                    task, reader.position = bar.add_task(path.name, total=path.stat().st_size), 0
                    for each in found:
                        importer.take(each, path.name)
                        bar.update(task, completed=reader.position)
                    bar.update(task, completed=path.stat().st_size)
                for each in reader.revisits():
                    importer.take(each, files[-1][0].name)
                importer.finish()
            except Stalled as error:
                err().print(f"It gives up waiting: {error}.", markup=False)
        return importer.tally


def _as_json(tally: ImportTally) -> dict[str, object]:
    return {
        "read": tally.read,
        "accepted": tally.accepted,
        "indexed": tally.outcomes["indexed"],
        "copies": tally.copies,
        "duplicate": tally.outcomes["duplicate"],
        "rejected": tally.outcomes["rejected"],
        "dead": tally.outcomes["dead"],
        "in_flight": tally.in_flight,
        "rejected_for": dict(tally.rejected),
        "known": dict(tally.known),
        "skipped": dict(tally.skipped),
        "examples": tally.examples,
        "damage": tally.damage,
    }


def _show(tally: ImportTally, *, again: bool) -> None:
    console, ended = out(), tally.outcomes
    parts = (
        f"{tally.accepted} accepted + {tally.known.total()} known + {tally.skipped.total()} skipped"
    )
    console.print(f"{tally.read} read = {parts}")
    if tally.accepted:
        outcomes = " + ".join(
            f"{ended[state]} {state}" for state in ("indexed", "duplicate", "rejected", "dead")
        )
        console.print(f"accepted: {tally.accepted} = {outcomes} + {tally.in_flight} in flight")
    if tally.copies:
        console.print(f"copies of articles elsewhere among the indexed: {tally.copies}")
    if tally.rejected:
        console.print("rejected for: " + _listed(tally.rejected))
    if tally.known:
        again_hint = "" if again else f"; {_KNOWN}"
        console.print(f"known, left as they are: {_listed(tally.known)}{again_hint}")
    for reason, count in tally.skipped.most_common():
        console.print(
            f"skipped for {reason}: {count}, such as {clean(tally.examples[reason])}", markup=False
        )
    for place in tally.damage:
        err().print(clean(place), markup=False)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(
        f"{name} {count}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1])
    )
