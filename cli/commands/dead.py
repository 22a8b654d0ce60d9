"""``newsloom dead``: the URLs that were given up, kept for replay."""

import click

from cli.command import Group
from cli.output import clean, err, json_option, moment, out, outcome_words, print_json
from cli.session import session
from services.dead_letters import (
    drop_dead_letters,
    list_dead_letters,
    retry_dead_letters,
    show_dead_letter,
)
from storage.redis.ledger import Entry


@click.group(cls=Group)
def dead() -> None:
    """List, show, retry or drop dead letters."""


@dead.command("list")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@json_option
def list_(*, limit: int, as_json: bool) -> None:
    """List them, newest first."""
    with session() as resources:
        entries = list_dead_letters(resources.stores.ledger, limit=limit)
    for entry in entries:
        if as_json:
            print_json(_as_json(entry))
        else:
            words = f"{clean(entry.link.url)}  {outcome_words(entry.outcome)}"
            out().print(f"{moment(entry.ended_at)}  {words}", markup=False)
    if not entries:
        err().print("There are no dead letters.")


@dead.command(short_help="Show one with its last error.")
@click.argument("url", metavar="ID|URL")
@json_option
def show(url: str, *, as_json: bool) -> None:
    """Show one with its last error; `newsloom trace` tells its whole story."""
    with session() as resources:
        entry = show_dead_letter(resources.stores.ledger, url)
    if as_json:
        print_json(_as_json(entry))
        return
    console = out()
    console.print(clean(entry.link.url), style="bold", markup=False)
    console.print(outcome_words(entry.outcome), markup=False)
    found = f"found {moment(entry.found_at)} by {entry.link.found_by.value} of {entry.link.source}"
    tries = f"after {entry.attempts} attempts and {entry.crashes} worker deaths"
    console.print(f"{found}; ended {moment(entry.ended_at)} {tries}", markup=False)


@dead.command()
@click.argument("urls", nargs=-1, metavar="ID|URL…")
@click.option("--all", "everything", is_flag=True, help="Retry all of them.")
def retry(urls: tuple[str, ...], *, everything: bool) -> None:
    """Put them back into the frontier with all their attempts."""
    if bool(urls) == everything:
        raise click.UsageError("name the URLs, or say --all")
    with session() as resources:
        retried = retry_dead_letters(resources, None if everything else urls)
    err().print(f"{retried} put back into the frontier.")
    raise SystemExit(0 if retried or everything else 1)


@dead.command(short_help="Take them off the list.")
@click.argument("urls", nargs=-1, required=True, metavar="ID|URL…")
def drop(urls: tuple[str, ...]) -> None:
    """Take them off the list; the ledger still remembers them as dead."""
    with session() as resources:
        dropped = drop_dead_letters(resources.stores.ledger, urls)
    err().print(f"{dropped} dropped.")
    raise SystemExit(0 if dropped else 1)


def _as_json(entry: Entry) -> dict[str, object]:
    return {
        "url": entry.link.url,
        "source": entry.link.source,
        "ended_at": entry.ended_at,
        "attempts": entry.attempts,
        "deaths": entry.crashes,
        "error": getattr(entry.outcome, "error", None),
    }
