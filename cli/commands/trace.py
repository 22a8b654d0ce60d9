"""``newsloom trace``."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

import click

from cli.command import Command
from cli.output import clean, err, json_option, moment, out, outcome_words, print_json
from cli.session import session
from pipeline.outcome import OUTCOME
from pipeline.records import FoundBy
from services.trace import STEPS, UntracedUrl, UrlTrace, announcement
from services.trace import trace as trace_url
from storage.redis.ledger import IN_FLIGHT

_LEASED = STEPS[0]

_ASKED = {
    FoundBy.COMMAND: "`newsloom crawl`",
    FoundBy.IMPORT: "`newsloom import`",
}
"""What a person typed, by the ``asked_by`` of a link."""

_NO_TIME = " " * len(moment(0.0))


@click.command(cls=Command)
@click.argument("name", metavar="ID|URL")
@json_option
def trace(name: str, *, as_json: bool) -> None:
    """Tell the whole story of one URL: why is this article here, or why is it not?

    An id is that of an article or of a URL.
    """
    with session() as resources:
        found = trace_url(resources.stores.ledger, name, resources.open_index)
    if isinstance(found, UntracedUrl):
        _print_untraced(found, as_json=as_json)
        raise SystemExit(1)
    if as_json:
        print_json(_as_json(found))
    else:
        _show(found)


def _print_untraced(found: UntracedUrl, *, as_json: bool) -> None:
    if as_json:
        print_json({"url": found.url, "state": found.state, "why": found.why})
        return
    state = "refused" if found.state == "refused" else "not known"
    err().print(f"{clean(found.url)}: {state}: {clean(found.why)}", markup=False)


def _as_json(found: UrlTrace) -> dict[str, Any]:
    entry = found.entry
    return {
        "id": entry.url_id,
        "state": entry.state,
        "attempts": entry.attempts,
        "visits": entry.visits,
        "link": entry.link.model_dump(),
        "outcome": entry.outcome.model_dump(mode="json") if entry.outcome else None,
        "events": found.events,
    }


def _show(found: UrlTrace) -> None:
    entry = found.entry
    words = outcome_words(entry.outcome)
    in_flight = entry.state in IN_FLIGHT
    console = out()
    console.print(clean(entry.link.url), style="bold", markup=False)
    console.print(f"{entry.state}: {words}" if in_flight else words, markup=False)
    for event in found.events:
        _show_steps(event)
        at = moment(event["at"]) if event.get("at") else _NO_TIME
        console.print(f"  {at}  {clean(_event_words(event))}", markup=False)


def _show_steps(event: Mapping[str, Any]) -> None:
    """Print the steps of the batch that led to an event, and how long each took."""
    times = event.get("stages") or {}
    steps = sorted(
        (name for name in times if name in STEPS),
        key=lambda name: (times[name], STEPS.index(name)),
    )
    for name, following in zip_longest(steps, steps[1:]):
        end = times[following] if following else event.get("at")
        out().print(f"  {_step(name, times[name], end, event.get('batch'))}", markup=False)


def _step(name: str, start: float, end: float | None, batch: str | None) -> str:
    if name == _LEASED:
        return f"{moment(start)}  leased in batch {batch}"
    took = f"  {max(0.0, end - start):.2f} s" if end else ""
    return f"{moment(start)}  {name}{took}"


def _event_words(event: Mapping[str, Any]) -> str:
    """An event as a sentence."""
    name = str(event["event"])
    if link := event.get("link"):
        found = announcement(link)
        asked = _ASKED.get(link.get("asked_by"))
        return f"{name}: {asked} asked for it; {found}" if asked else f"{name}: {found}"
    if outcome := event.get("outcome"):
        return outcome_words(OUTCOME.validate_python(outcome))
    if name == "taken back":
        return (
            f"its worker did not finish: taken back, now batch {event['batch']}"
            f" (deaths: {event['deaths']})"
        )
    return name
