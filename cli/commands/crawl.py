"""``newsloom crawl``: single URLs through the whole pipeline."""

from contextlib import ExitStack

import click

from cli.command import Command
from cli.demo_mode import old_demo_option
from cli.output import clean, json_option, out, outcome_words, print_json, progress
from cli.session import session
from cli.temporary_workers import TemporaryWorkers
from pipeline.outcome import Retry
from pipeline.urls import UrlId
from services.crawl import RefusedUrl, accept_urls, wait_for_outcomes
from storage.redis.ledger import IN_FLIGHT, Entry
from workers.resources import Resources

_FAILED = 1
_UNFINISHED = 3


@click.command(cls=Command)
@click.argument("urls", nargs=-1, required=True)
@click.option("--wait", default=60.0, show_default=True, help="Seconds to wait for the outcome.")
@old_demo_option
@json_option
def crawl(urls: tuple[str, ...], *, wait: float, as_json: bool) -> None:
    """Crawl URLs, also ones that were crawled before, and say how each ended.

    Uses the running workers, or starts some for the time. Exit code 3: some have not ended yet;
    they stay in the frontier and `newsloom trace URL` tells more.
    """
    with session() as resources:
        accepted = accept_urls(resources, urls)
        for refused in accepted.refused:
            _print_refused(refused, as_json=as_json)
        entries = _follow(resources, accepted.url_ids, wait) if accepted.url_ids else ()
    for entry in entries:
        _print_entry(entry, as_json=as_json)
    states = {entry.state for entry in entries}
    if not states.isdisjoint(IN_FLIGHT):
        raise SystemExit(_UNFINISHED)
    if accepted.refused or not states.isdisjoint({"rejected", "dead"}):
        raise SystemExit(_FAILED)


def _follow(resources: Resources, url_ids: tuple[UrlId, ...], wait: float) -> tuple[Entry, ...]:
    """Wait for the outcomes behind a progress bar, with workers of our own if none run."""
    with ExitStack() as stack, progress() as bar:
        workers = TemporaryWorkers(resources, stack, log="crawl.log")
        task = bar.add_task("crawling", total=len(url_ids))
        return wait_for_outcomes(
            resources,
            url_ids,
            seconds=wait,
            progress=lambda ended: bar.update(task, completed=ended),
            tend=workers.tend,
        )


def _print_refused(refused: RefusedUrl, *, as_json: bool) -> None:
    if not as_json:
        out().print(clean(f"{refused.url}: refused: {refused.detail}"), markup=False)
        return
    print_json(
        {
            "url": refused.url,
            "state": "refused",
            "reason": refused.reason,
            "detail": refused.detail,
        }
    )


def _print_entry(entry: Entry, *, as_json: bool) -> None:
    if as_json:
        outcome = entry.outcome.model_dump(mode="json") if entry.outcome else None
        print_json(
            {"url": entry.link.url, "id": entry.url_id, "state": entry.state, "outcome": outcome}
        )
        return
    has_ended = entry.state not in IN_FLIGHT
    is_known = has_ended or isinstance(entry.outcome, Retry)
    words = outcome_words(entry.outcome) if is_known else "not ended yet"
    out().print(f"{clean(entry.link.url)}: {words}", markup=False)
