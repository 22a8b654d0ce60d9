"""``newsloom status`` and ``newsloom trace``."""

import time
from socket import gethostname
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from cli.output import clean, err, json_option, moment, out, outcome_words, print_json
from cli.session import session
from pipeline.outcome import OUTCOME
from pipeline.sources.durations import span
from pipeline.sources.health import assess_health
from pipeline.sources.state import SourceState
from pipeline.urls import BadUrl, UrlId, url_id
from storage.archive.archive import archive_state
from storage.index import IndexUnavailable
from storage.redis.ledger import IN_FLIGHT, Totals
from workers.chain.run import STAGES
from workers.processes.heartbeat import MEMBERS, WEB, alive, members
from workers.resources import Resources
from workers.sources.polling import poll_policy_of
from workers.sources.subscriber import push_verdicts

_STEPS = {
    name: number for number, name in enumerate(("leased_at", *(stage.name for stage in STAGES)))
}
"""What happens to a batch, in its order: two steps may have the same time."""
_EVENTS, _EVENTS_SHOWN = 100, 5


@click.command()
@click.option(
    "--audit",
    is_flag=True,
    help="Count the ledger's entries one by one instead of reading its totals.",
)
@click.option(
    "--alive",
    "role",
    type=click.Choice([*MEMBERS, WEB]),
    help="Only say whether this one is alive on this host (exit code).",
)
@json_option
def status(*, audit: bool, role: str | None, as_json: bool) -> None:
    """Show the ledger's totals, the sources' health and the workers."""
    with session() as resources:
        if role:
            raise SystemExit(0 if alive(resources.stores.keyspace, role, gethostname()) else 1)
        report = _report(resources, audit=audit)
    if as_json:
        print_json(report)
    else:
        _show(report)
    raise SystemExit(0 if report["ledger"]["balanced"] else 1)


def _report(resources: Resources, *, audit: bool) -> dict[str, Any]:
    stores = resources.stores
    totals = stores.ledger.audit() if audit else stores.ledger.totals()
    try:
        articles: int | None = resources.open_index().count()
    except IndexUnavailable:
        articles = None
    return {
        "ledger": totals.to_json(),
        "rejected": stores.ledger.reasons(),
        "refused_links": stores.ledger.refused_count(),
        "index": {"articles": articles},
        "archive": archive_state(stores.keyspace).model_dump(),
        "workers": {role: alive(stores.keyspace, role) for role in members(resources.settings)},
        "sources": _sources(resources),
        "events": [event.model_dump() for event in stores.events.recent(_EVENTS)],
    }


def _sources(resources: Resources) -> list[dict[str, Any]]:
    """The ill ones first."""
    known, feeds, now = list(resources.sources().values()), resources.stores.feeds, time.time()
    pushes = push_verdicts(resources)
    reports = []
    for source, kept in zip(known, feeds.states([source.id for source in known]), strict=True):
        # One that was given another address is not polled there yet.
        state = (
            kept if kept.address in {None, source.address} else SourceState(address=source.address)
        )
        push = pushes.get(source.id)
        rare = resources.settings.pushed_poll_interval if push and push.reliable else 0.0
        verdict = assess_health(
            state, now, poll_policy_of(resources.settings, source), pushed_every=rare
        )
        reports.append(
            {
                **state.model_dump(
                    mode="json", exclude={"rate", "latencies", "children", "body", "pushed"}
                ),
                **verdict.model_dump(mode="json"),
                "id": source.id,
                "next_poll": feeds.next_poll(source.id),
                "push": push.model_dump(mode="json") if push else None,
            }
        )
    return sorted(reports, key=lambda report: not report["ill"])


def _show(report: dict[str, Any]) -> None:
    console = out()
    show_totals(Totals(**{name: report["ledger"][name] for name in Totals.__slots__}))
    if report["rejected"]:
        console.print(
            "rejected for: "
            + ", ".join(f"{name} {count}" for name, count in report["rejected"].items())
        )
    if report["refused_links"]:
        console.print(f"links refused before they were accepted: {report['refused_links']}")
    articles = report["index"]["articles"]
    console.print(
        f"articles in the index: {'the index does not answer' if articles is None else articles}"
    )
    archive = report["archive"]
    if archive["kept"] or archive["lost"]:
        trouble = f", {archive['lost']} lost" if archive["lost"] else ""
        trouble += f"; {archive['error']}" if archive["error"] else ""
        console.print(f"archive: {archive['kept']} pages kept{clean(trouble)}", markup=False)
    running = [role for role, lives in report["workers"].items() if lives]
    console.print(f"workers: {', '.join(running) or 'none is running'}")
    if report["sources"]:
        _show_sources(report["sources"])
        _show_events(report["events"])


def _show_sources(sources: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("source", "last poll", "last new", "next poll", "health"):
        table.add_column(column, overflow="fold")
    for source in sources:
        push = source["push"]
        health = f"{source['sentence']}; {push['sentence']}" if push else source["sentence"]
        table.add_row(
            source["id"],
            _ago(source["last_poll"]),
            _ago(source["last_new"]),
            _ahead(source["next_poll"]),
            Text(clean(health), style="red" if source["ill"] else ""),
        )
    out().print()
    out().print(table)


def _show_events(events: list[dict[str, Any]]) -> None:
    if events:
        out().print("\nlately:")
    for event in events[:_EVENTS_SHOWN]:
        out().print(
            clean(f"{moment(event['at'])}  {event['source']}: {event['sentence']}"), markup=False
        )


def show_totals(totals: Totals) -> None:
    """Print the ledger's line that must add up."""
    console = out()
    parts = f"{totals.indexed} indexed + {totals.duplicate} duplicate + {totals.rejected} rejected + {totals.dead} dead"
    console.print(f"ledger: {totals.accepted} accepted = {parts} + {totals.in_flight} in flight")
    if not totals.balanced:
        err().print("[red]The totals do not add up.[/]")


def _ago(at: float | None) -> str:
    return "never" if at is None else span(time.time() - at) + " ago"


def _ahead(at: float | None) -> str:
    return "never" if at is None else "now" if at <= time.time() else "in " + span(at - time.time())


@click.command()
@click.argument("url")
@json_option
def trace(url: str, *, as_json: bool) -> None:
    """Tell the whole story of one URL: why is this article here, or why is it not?"""
    with session() as resources:
        ledger = resources.stores.ledger
        refusal = ledger.refusal(url)
        try:
            entry_id: UrlId | None = url_id(url)
        except BadUrl as error:
            entry_id, reason = None, str(error)
        else:
            reason = "it was never announced by a source or given to `newsloom crawl`"
        entry = ledger.entry(entry_id) if entry_id else None
        events = ledger.trace(entry.url_id) if entry else []
    if entry is None:
        story = {"url": url, "state": "refused" if refusal else "unknown", "why": refusal or reason}
        if as_json:
            print_json(story)
        else:
            err().print(
                f"{clean(url)}: {'refused' if refusal else 'not known'}: {clean(str(story['why']))}",
                markup=False,
            )
        raise SystemExit(1)
    if as_json:
        link = entry.link.model_dump(mode="json")
        outcome = entry.outcome.model_dump(mode="json") if entry.outcome else None
        head = {
            "id": entry.url_id,
            "state": entry.state,
            "attempts": entry.attempts,
            "visits": entry.visits,
        }
        print_json({**head, "link": link, "outcome": outcome, "events": events})
        return
    console = out()
    console.print(f"{clean(entry.link.url)}", style="bold", markup=False)
    words = outcome_words(entry.outcome)
    console.print(f"{entry.state}: {words}" if entry.state in IN_FLIGHT else words, markup=False)
    for event in events:
        _show_event(event)


def _show_event(event: dict[str, Any]) -> None:
    console = out()
    stages = event.get("stages") or {}
    times = sorted(
        ((at, name) for name, at in stages.items() if name in _STEPS),
        key=lambda x: (x[0], _STEPS[x[1]]),
    )
    ends = [*(at for at, _ in times[1:]), event.get("at")]
    # An event without stages has an end all the same.
    for (at, name), until in zip(times, ends, strict=False):
        if name == "leased_at":
            console.print(f"  {moment(at)}  leased in batch {event['batch']}", markup=False)
        else:
            took = f"  {max(0.0, until - at):.2f} s" if until else ""
            console.print(f"  {moment(at)}  {name}{took}", markup=False)
    what = event["event"]
    if link := event.get("link"):
        where = f" in {link['found_in']}" if link.get("found_in") else ""
        what += f": found by {link['found_by']} of {link['source']}{where}"
    elif event.get("outcome"):
        what = outcome_words(OUTCOME.validate_python(event["outcome"]))
    elif what == "taken back":
        what = f"its worker did not finish: taken back, now batch {event['batch']} (deaths: {event['deaths']})"
    console.print(
        f"  {moment(event.get('at')) if event.get('at') else ' ' * 23}  {clean(what)}", markup=False
    )
