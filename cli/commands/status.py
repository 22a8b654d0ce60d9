"""``newsloom status``."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from socket import gethostname
from typing import Any

import click
from rich.text import Text

from cli.command import Command
from cli.errors import UNAVAILABLE
from cli.output import (
    clean,
    err,
    json_option,
    moment,
    out,
    print_error,
    print_json,
    print_problems,
)
from cli.session import session, settings
from cli.tables import print_table
from pipeline.sources.durations import span
from services.coverage.health import SourceStatus
from services.parts import PATIENCE
from services.status import StoredStatus, SystemStatus, is_alive, system_status
from storage.archive.archive import ArchiveState
from storage.redis.events import Event
from storage.redis.ledger import Totals
from workers.processes.flower_health import FLOWER
from workers.processes.heartbeat import RUN_BY_UP

_EVENTS_SHOWN = 5
_STORED = (
    *("ledger", "rejected", "refused_links", "archive", "workers", "sources", "events"),
    *("source_problems", "clock", "batches_waiting_for_index"),
)
"""Of the JSON, what Redis knows."""

_COLUMNS = ("source", "last poll", "last new", "next poll", "health")
_PRIVATE = {"rate", "latencies", "children", "body", "pushed"}
"""What is remembered of a source that is of use to polls only."""


@click.command(cls=Command)
@click.option(
    "--audit",
    is_flag=True,
    help="Count the ledger's entries one by one, and see whether the archive has them.",
)
@click.option(
    "--alive",
    "role",
    type=click.Choice([*RUN_BY_UP, FLOWER]),
    help="Only say whether this one is alive on this host (exit code).",
)
@json_option
def status(*, audit: bool, role: str | None, as_json: bool) -> None:
    """Show the ledger's totals, the sources' health and the workers.

    A part that does not answer is waited for two seconds at most, and named; the exit code is 3
    then. It is 1 when a part answers and cannot be written or has lost something, when something in
    the sources file cannot be used, or the totals do not add up.
    """
    chosen = settings()
    connect = partial(session, chosen, patience=PATIENCE)
    if role:
        with connect() as resources:
            raise SystemExit(0 if is_alive(resources, role, gethostname()) else 1)
    current = system_status(chosen, connect, audit=audit)
    for error in current.errors:
        print_error(error)
    if as_json:
        print_json(_as_json(current))
    else:
        _show(current)
    raise SystemExit(_exit_code(current))


def _exit_code(current: SystemStatus) -> int:
    if not (current.redis.answers and current.index.answers):
        return UNAVAILABLE
    stored = current.stored
    if current.errors or (stored and (stored.problems or not stored.totals.balanced)):
        return 1
    return 0


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
        "redis": asdict(current.redis),
        "index": {"articles": current.articles, **asdict(current.index)},
        **_stored_json(current.stored),
    }


def _stored_json(stored: StoredStatus | None) -> dict[str, Any]:
    """What Redis knows; the same names without a value when it does not answer."""
    if stored is None:
        return dict.fromkeys(_STORED)
    return {
        "ledger": stored.totals.to_json(),
        "rejected": stored.rejected,
        "refused_links": stored.refused_links,
        "archive": stored.archive.model_dump(),
        "workers": stored.workers,
        "sources": [_source_json(source) for source in stored.sources],
        "source_problems": stored.problems,
        "events": [event.model_dump() for event in stored.events],
        "clock": {"error": stored.clock},
        "batches_waiting_for_index": stored.waiting_batches,
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
    stored = current.stored
    if stored:
        _show_ledger(stored)
    articles = "the index does not answer" if current.articles is None else current.articles
    out().print(f"articles in the index: {articles}")
    if stored and stored.waiting_batches:
        out().print(f"batches that wait for the index: {stored.waiting_batches}")
    if stored:
        _show_archive(stored.archive)
        out().print(f"workers: {_workers(stored.workers, is_fault=bool(current.redis.error))}")
        print_problems(stored.problems)
    if stored and stored.sources:
        _show_sources(stored.sources)
        _show_events(stored.events)


def _workers(alive: Mapping[str, bool], *, is_fault: bool) -> str:
    """Which roles run, and which do not. ``is_fault``: Redis may not take their signs of life."""
    running = [role for role, is_running in alive.items() if is_running]
    if not running:
        return "not known while Redis cannot write" if is_fault else "none is running"
    missing = [role for role, is_running in alive.items() if not is_running]
    words = ", ".join(running)
    return f"{words}; not running: {', '.join(missing)}" if missing else words


def _show_ledger(stored: StoredStatus) -> None:
    show_totals(stored.totals)
    if stored.rejected:
        counts = ", ".join(f"{name} {count}" for name, count in stored.rejected.items())
        out().print(f"rejected for: {counts}")
    if stored.refused_links:
        out().print(f"links refused before they were accepted: {stored.refused_links}")


def _show_archive(archive: ArchiveState) -> None:
    if not archive.kept and not archive.lost:
        return
    lost = f", {archive.lost} lost" if archive.lost else ""
    error = f"; {clean(archive.error)}" if archive.error else ""
    out().print(f"archive: {archive.kept} pages kept{lost}{error}", markup=False)


def _show_sources(sources: Sequence[SourceStatus]) -> None:
    rows = [
        [
            Text(source.source_id),
            Text(_ago(source.state.last_poll)),
            Text(_ago(source.state.last_new)),
            Text(_ahead(source.next_poll)),
            _health(source),
        ]
        for source in sources
    ]
    out().print()
    print_table(_COLUMNS, rows)


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
