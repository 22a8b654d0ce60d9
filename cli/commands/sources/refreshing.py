"""``newsloom sources refresh``: sources polled now, and their links taken in."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import click

from cli.command import Command
from cli.invocation import typed
from cli.output import clean, err, json_option, out, print_json, print_problems, progress
from cli.session import fetching_session
from cli.temporary_workers import TemporaryWorkers
from pipeline.urls import UrlId
from services.crawl import wait_for_outcomes
from services.refresh_sources import RefreshedSource, refresh_sources
from storage.redis.ledger import IN_FLIGHT
from workers.processes.heartbeat import alive
from workers.resources import Resources

_FAILED = 1
_UNFINISHED = 3


@click.command(cls=Command)
@click.argument("source_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All sources that are enabled.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Wait so long until the new URLs have ended, with workers of its own if none run.",
)
@json_option
def refresh(
    source_ids: tuple[str, ...], *, everything: bool, wait: float | None, as_json: bool
) -> None:
    """Poll sources now, take in what is new, and say how each is doing.

    The new URLs wait for the workers that run; with --wait the command waits for them, too. Exit
    code 1: a source could not be read; 3: with --wait, some URLs have not ended yet.
    """
    if bool(source_ids) == everything:
        raise click.UsageError("name the sources, or say --all")
    url_ids: list[UrlId] = []
    with fetching_session() as resources:
        problems = resources.registry.problems()
        print_problems(problems)
        failed = bool(problems) and everything
        for refreshed in refresh_sources(resources, source_ids):
            failed = failed or not refreshed.is_read
            url_ids += refreshed.url_ids
            _print_refreshed(refreshed, as_json=as_json)
        unfinished = _wait(resources, url_ids, wait) if url_ids else 0
    if wait is not None and unfinished:
        raise SystemExit(_UNFINISHED)
    raise SystemExit(_FAILED if failed else 0)


def _print_refreshed(refreshed: RefreshedSource, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(refreshed))
        return
    words = [_found_words(refreshed), refreshed.verdict.sentence]
    line = f"{refreshed.source.id}: {'; '.join(filter(None, words))}"
    out().print(clean(line), markup=False)


def _found_words(refreshed: RefreshedSource) -> str:
    """What a poll found; empty where it could not be read, which the health says."""
    if refreshed.postponed:
        return f"not polled, {refreshed.postponed}"
    if not refreshed.is_read:
        return ""
    taken = refreshed.taken
    counts = {
        "new": len(taken.accepted),
        "changed": len(taken.reopened),
        "known": taken.known,
        "refused": taken.refused,
    }
    if not any(counts.values()):
        return "nothing new"
    return ", ".join(f"{count} {what}" for what, count in counts.items())


def _as_json(refreshed: RefreshedSource) -> dict[str, Any]:
    taken = refreshed.taken
    return {
        "id": refreshed.source.id,
        "new": len(taken.accepted),
        "changed": len(taken.reopened),
        "known": taken.known,
        "refused": taken.refused,
        "postponed": refreshed.postponed,
        **refreshed.verdict.model_dump(mode="json"),
        "urls": refreshed.url_ids,
    }


def _wait(resources: Resources, url_ids: Sequence[UrlId], seconds: float | None) -> int:
    """Wait for URLs, or say who takes them; how many have not ended."""
    if seconds is None:
        runs = alive(resources.stores.keyspace, "crawl")
        command = typed("up")
        hint = "" if runs else f"; none are running, start them with `{command}` or say --wait"
        err().print(f"{len(url_ids)} URLs wait for the workers{hint}.", markup=False)
        return len(url_ids)
    with ExitStack() as stack, progress() as bar:
        workers = TemporaryWorkers(resources, stack, log="refresh.log")
        task = bar.add_task("crawling", total=len(url_ids))
        entries = wait_for_outcomes(
            resources,
            url_ids,
            seconds=seconds,
            progress=lambda ended: bar.update(task, completed=ended),
            tend=workers.tend,
        )
    unfinished = sum(entry.state in IN_FLIGHT for entry in entries)
    ended = len(entries) - unfinished
    err().print(f"{ended} URLs have ended, {unfinished} have not.", markup=False)
    return unfinished
