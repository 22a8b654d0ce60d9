"""``newsloom crawl``: single addresses through the whole pipeline."""

import time
from contextlib import ExitStack

import click

from cli.helpers import Helpers
from cli.output import clean, json_option, out, outcome_words, print_json, progress
from cli.session import session, settings
from demo.place import demo_settings
from pipeline.discover.announced import RefusedEntry
from pipeline.outcome import Retry
from pipeline.records import FoundBy, Link
from pipeline.urls import BadUrl, normalise, url_id
from storage.redis.ledger import IN_FLIGHT, Entry
from workers.app import make_app
from workers.chain.dispatch import dispatch
from workers.resources import Resources

_SOURCE = "command"
_FAILED = 1
_UNFINISHED = 3


@click.command()
@click.argument("urls", nargs=-1, required=True)
@click.option("--wait", default=60.0, show_default=True, help="Seconds to wait for the outcome.")
@click.option("--demo", is_flag=True, help="Crawl in the demo's newsroom.")
@json_option
def crawl(urls: tuple[str, ...], *, wait: float, demo: bool, as_json: bool) -> None:
    """Crawl URLs, also ones that were crawled before, and say how each ended.

    Uses the running workers, or starts some for the time. Exit code 3: some have not ended yet;
    they stay in the frontier and `newsloom trace URL` tells more.
    """
    with session(demo_settings(settings()) if demo else settings()) as resources:
        links, refused = _accept(resources, urls, as_json=as_json)
        entries = _follow(resources, links, wait, demo=demo) if links else []
    for entry in entries:
        _say(entry, as_json=as_json)
    if any(entry.state in IN_FLIGHT for entry in entries):
        raise SystemExit(_UNFINISHED)
    if refused or any(entry.state in {"rejected", "dead"} for entry in entries):
        raise SystemExit(_FAILED)


def _accept(
    resources: Resources, urls: tuple[str, ...], *, as_json: bool
) -> tuple[list[Link], int]:
    links, refused = [], 0
    for url in urls:
        try:
            links.append(Link(url=normalise(url), source=_SOURCE, found_by=FoundBy.COMMAND))
        except BadUrl as error:
            refused += 1
            keep = resources.settings.ledger_seconds
            entry = RefusedEntry.of(url, error.reason, str(error))
            resources.stores.ledger.refuse([entry], source=_SOURCE, seconds=keep)
            if as_json:
                print_json(
                    {
                        "url": url,
                        "state": "refused",
                        "reason": error.reason.value,
                        "detail": str(error),
                    }
                )
            else:
                out().print(clean(f"{url}: refused: {error}"), markup=False)
    resources.stores.frontier.accept(links, reopen=True)
    return links, refused


def _follow(resources: Resources, links: list[Link], wait: float, *, demo: bool) -> list[Entry]:
    ledger, ids = resources.stores.ledger, list(dict.fromkeys(url_id(link.url) for link in links))
    deadline = time.monotonic() + wait
    with ExitStack() as stack, progress() as bar:
        helpers = Helpers(resources, stack, log="crawl.log", demo=demo)
        dispatch(make_app(resources.settings), resources)
        task = bar.add_task("crawling", total=len(ids))
        while True:
            entries = [entry for entry in map(ledger.entry, ids) if entry]
            bar.update(task, completed=sum(entry.state not in IN_FLIGHT for entry in entries))
            if (
                all(entry.state not in IN_FLIGHT for entry in entries)
                or time.monotonic() > deadline
            ):
                return entries
            helpers.tend()
            time.sleep(0.1)


def _say(entry: Entry, *, as_json: bool) -> None:
    if as_json:
        outcome = entry.outcome.model_dump(mode="json") if entry.outcome else None
        print_json(
            {"url": entry.link.url, "id": entry.url_id, "state": entry.state, "outcome": outcome}
        )
        return
    words = outcome_words(entry.outcome)
    if entry.state in IN_FLIGHT and not isinstance(entry.outcome, Retry):
        words = "not ended yet"
    out().print(f"{clean(entry.link.url)}: {words}", markup=False)
