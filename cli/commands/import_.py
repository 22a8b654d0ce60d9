"""``newsloom import``: pages that were captured before, from files, through the whole pipeline."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from operator import itemgetter
from pathlib import Path

import click
from rich.progress import Progress, TaskID

from cli.command import Command
from cli.output import clean, err, json_option, out, print_json, progress
from cli.session import session, settings
from cli.temporary_workers import TemporaryWorkers
from services.errors import ImportStalledError
from services.import_files import FileImport, ImportOptions, ImportProgress
from workers.chain.importing import ImportTally
from workers.resources import Resources

_FAILED = 1
_UNFINISHED = 3
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_ENDS = ("indexed", "duplicate", "rejected", "dead")
_KNOWN = "importing it with --again would process it once more"


@click.command("import", cls=Command)
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
    """Import pages from WARC, WET or JSON lines files, also compressed, without asking any site.

    A line of JSON has "url", and "html" or "text"; "fetched_at" and "source" if they are known. A
    capture later than the one that is known is a new version; an earlier one, or the same again, is
    left alone. Uses the running workers, or starts some for the time.

    The same command finishes an import that was interrupted: it waits for what was under way, and
    nothing is doubled.

    Exit code 1: a file is damaged, or a page ended as dead; 3: some have not ended yet, and the
    running workers go on with them.
    """
    importing = FileImport(files, max_page_bytes=settings().max_page_bytes)
    with session() as resources:
        _run(resources, importing, ImportOptions(source, again=again, patience=wait))
    tally = importing.tally
    if as_json:
        print_json(_as_json(tally))
    else:
        _show(tally, again=again)
    if tally.in_flight:
        raise SystemExit(_UNFINISHED)
    if tally.damage or tally.outcomes["dead"]:
        raise SystemExit(_FAILED)


def _run(resources: Resources, importing: FileImport, options: ImportOptions) -> None:
    """Import behind a progress bar. Ctrl-C ends the waiting; what was taken in goes on."""
    with ExitStack() as stack, progress() as bar, suppress(KeyboardInterrupt):
        workers = TemporaryWorkers(resources, stack, log="import.log")
        try:
            importing.run(resources, options, progress=_shown_on(bar), tend=workers.tend)
        except ImportStalledError as error:
            err().print(f"It gives up waiting: {error}.", markup=False)


def _shown_on(bar: Progress) -> Callable[[ImportProgress], None]:
    """Shows each file as a task of its own."""
    tasks: dict[Path, TaskID] = {}

    def show(read: ImportProgress) -> None:
        if read.path not in tasks:
            tasks[read.path] = bar.add_task(read.path.name, total=read.size)
        bar.update(tasks[read.path], completed=read.position)

    return show


def _as_json(tally: ImportTally) -> dict[str, object]:
    return {
        "read": tally.read,
        "accepted": tally.accepted,
        "resumed": tally.resumed,
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
    console = out()
    known, skipped = tally.known.total(), tally.skipped.total()
    console.print(
        f"{tally.read} read = {tally.accepted} accepted + {known} known + {skipped} skipped"
    )
    if tally.accepted:
        outcomes = " + ".join(f"{tally.outcomes[state]} {state}" for state in _ENDS)
        console.print(f"accepted: {tally.accepted} = {outcomes} + {tally.in_flight} in flight")
    if tally.resumed:
        console.print(f"of these, under way from an earlier import: {tally.resumed}")
    if tally.copies:
        console.print(f"copies of articles elsewhere among the indexed: {tally.copies}")
    if tally.rejected:
        console.print("rejected for: " + _listed(tally.rejected))
    if tally.known:
        again_hint = "" if again else f"; {_KNOWN}"
        console.print(f"known, left as they are: {_listed(tally.known)}{again_hint}")
    for reason, count in tally.skipped.most_common():
        example = clean(tally.examples[reason])
        console.print(f"skipped for {reason}: {count}, such as {example}", markup=False)
    for place in tally.damage:
        err().print(clean(place), markup=False)


def _listed(counts: dict[str, int]) -> str:
    """The counts, the largest first."""
    largest_first = sorted(counts.items(), key=itemgetter(1), reverse=True)
    return ", ".join(f"{name} {count}" for name, count in largest_first)
