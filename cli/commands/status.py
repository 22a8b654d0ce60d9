"""``newsloom status``."""

import time
from collections.abc import Sequence
from socket import gethostname
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from cli.command import Command
from cli.output import clean, err, json_option, moment, out, print_json, print_problems
from cli.session import session
from pipeline.sources.durations import span
from services.status import SourceStatus, SystemStatus, is_alive, system_status
from storage.archive.archive import ArchiveState
from storage.redis.events import Event
from storage.redis.ledger import Totals
from workers.processes.heartbeat import ALWAYS_RUNNING, WEB

_EVENTS_SHOWN = 5
_COLUMNS = ("source", "last poll", "last new", "next poll", "health")
_PRIVATE = {"rate", "latencies", "children", "body", "pushed"}
"""What is remembered of a source that is of use to polls only."""


@click.command(cls=Command)
@click.option(
    "--audit",
    is_flag=True,
    help="Count the ledger's entries one by one instead of reading its totals.",
)
@click.option(
    "--alive",
    "role",
    type=click.Choice([*ALWAYS_RUNNING, WEB]),
    help="Only say whether this one is alive on this host (exit code).",
)
@json_option
def status(*, audit: bool, role: str | None, as_json: bool) -> None:
    """Show the ledger's totals, the sources' health and the workers."""
    with session() as resources:
        if role:
            raise SystemExit(0 if is_alive(resources, role, gethostname()) else 1)
        current = system_status(resources, audit=audit)
    if as_json:
        print_json(_as_json(current))
    else:
        _show(current)
    raise SystemExit(0 if current.totals.balanced else 1)


def show_totals(totals: Totals) -> None:
    """Print the ledger's line that must add up."""
    console = out()
    ended = (
        f"{totals.indexed} indexed + {totals.duplicate} duplicate"
        f" + {totals.rejected} rejected + {totals.dead} dead"
    )
    console.print(f"ledger: {totals.accepted} accepted = {ended} + {totals.in_flight} in flight")
    if not totals.balanced:
        err().print("[red]The totals do not add up.[/]")


def _as_json(current: SystemStatus) -> dict[str, Any]:
    return {
        "ledger": current.totals.to_json(),
        "rejected": current.rejected,
        "refused_links": current.refused_links,
        "index": {"articles": current.articles},
        "archive": current.archive.model_dump(),
        "workers": current.workers,
        "sources": [_source_json(source) for source in current.sources],
        "source_problems": current.problems,
        "events": [event.model_dump() for event in current.events],
    }


def _source_json(source: SourceStatus) -> dict[str, Any]:
    return {
        **source.state.model_dump(mode="json", exclude=_PRIVATE),
        **source.verdict.model_dump(mode="json"),
        "id": source.source_id,
        "next_poll": source.next_poll,
        "push": source.push.model_dump(mode="json") if source.push else None,
    }


def _show(current: SystemStatus) -> None:
    console = out()
    show_totals(current.totals)
    if current.rejected:
        counts = ", ".join(f"{name} {count}" for name, count in current.rejected.items())
        console.print(f"rejected for: {counts}")
    if current.refused_links:
        console.print(f"links refused before they were accepted: {current.refused_links}")
    articles = "the index does not answer" if current.articles is None else current.articles
    console.print(f"articles in the index: {articles}")
    _show_archive(current.archive)
    running = [role for role, is_running in current.workers.items() if is_running]
    console.print(f"workers: {', '.join(running) or 'none is running'}")
    print_problems(current.problems)
    if current.sources:
        _show_sources(current.sources)
        _show_events(current.events)


def _show_archive(archive: ArchiveState) -> None:
    if not archive.kept and not archive.lost:
        return
    lost = f", {archive.lost} lost" if archive.lost else ""
    error = f"; {clean(archive.error)}" if archive.error else ""
    out().print(f"archive: {archive.kept} pages kept{lost}{error}", markup=False)


def _show_sources(sources: Sequence[SourceStatus]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in _COLUMNS:
        table.add_column(column, overflow="fold")
    for source in sources:
        table.add_row(
            source.source_id,
            _ago(source.state.last_poll),
            _ago(source.state.last_new),
            _ahead(source.next_poll),
            _health(source),
        )
    out().print()
    out().print(table)


def _health(source: SourceStatus) -> Text:
    verdict, push = source.verdict, source.push
    words = f"{verdict.sentence}; {push.sentence}" if push else verdict.sentence
    return Text(clean(words), style="red" if verdict.unhealthy else "")


def _show_events(events: Sequence[Event]) -> None:
    if events:
        out().print("\nlately:")
    for event in events[:_EVENTS_SHOWN]:
        line = f"{moment(event.at)}  {event.source}: {event.sentence}"
        out().print(clean(line), markup=False)


def _ago(at: float | None) -> str:
    return "never" if at is None else f"{span(time.time() - at)} ago"


def _ahead(at: float | None) -> str:
    if at is None:
        return "never"
    seconds = at - time.time()
    return "now" if seconds <= 0 else f"in {span(seconds)}"
