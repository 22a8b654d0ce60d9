"""``newsloom dead``: the URLs that were given up, kept for replay."""

import click

from cli.output import clean, err, json_option, moment, out, outcome_words, print_json
from cli.session import session
from pipeline.urls import BadUrl, UrlId, url_id
from storage.redis.ledger import Entry
from workers.app import make_app
from workers.chain.dispatch import dispatch


@click.group()
def dead() -> None:
    """List, show, retry or drop dead letters."""


@dead.command("list")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@json_option
def list_(*, limit: int, as_json: bool) -> None:
    """List them, newest first."""
    with session() as resources:
        entries = resources.stores.ledger.dead(most=limit)
    for entry in entries:
        if as_json:
            print_json(_as_json(entry))
        else:
            line = (
                f"{moment(entry.ended_at)}  {clean(entry.link.url)}  {outcome_words(entry.outcome)}"
            )
            out().print(line, markup=False)
    if not entries:
        err().print("There are no dead letters.")


@dead.command()
@click.argument("url")
@json_option
def show(url: str, *, as_json: bool) -> None:
    """Show one with its last error; `newsloom trace` tells its whole story."""
    with session() as resources:
        entry = resources.stores.ledger.entry(_id(url))
    if entry is None or entry.state != "dead":
        err().print(f"{clean(url)} is not among the dead letters.", markup=False)
        raise SystemExit(1)
    if as_json:
        print_json(_as_json(entry))
        return
    console = out()
    console.print(clean(entry.link.url), style="bold", markup=False)
    console.print(outcome_words(entry.outcome), markup=False)
    console.print(
        f"found {moment(entry.found_at)} by {entry.link.found_by.value} of {entry.link.source}; ended"
        f" {moment(entry.ended_at)} after {entry.attempts} attempts and {entry.crashes} worker deaths",
        markup=False,
    )


@dead.command()
@click.argument("urls", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Retry all of them.")
def retry(urls: tuple[str, ...], *, everything: bool) -> None:
    """Put them back into the frontier with all their attempts."""
    if bool(urls) == everything:
        raise click.UsageError("name the URLs, or say --all")
    with session() as resources:
        ledger, frontier = resources.stores.ledger, resources.stores.frontier
        found = (
            ledger.dead(most=100_000) if everything else [ledger.entry(_id(url)) for url in urls]
        )
        links = [entry.link for entry in found if entry and entry.state == "dead"]
        frontier.accept(links, reopen=True)
        dispatch(make_app(resources.settings), resources)
    err().print(f"{len(links)} put back into the frontier.")
    raise SystemExit(0 if links or everything else 1)


@dead.command()
@click.argument("urls", nargs=-1, required=True)
def drop(urls: tuple[str, ...]) -> None:
    """Take them off the list; the ledger still remembers them as dead for its usual time."""
    with session() as resources:
        keep = resources.settings.ledger_seconds
        dropped = sum(resources.stores.ledger.drop_dead(_id(url), remember=keep) for url in urls)
    err().print(f"{dropped} dropped.")
    raise SystemExit(0 if dropped else 1)


def _id(url: str) -> UrlId:
    try:
        return url_id(url)
    except BadUrl as error:
        raise click.UsageError(clean(f"{url}: {error}")) from None


def _as_json(entry: Entry) -> dict[str, object]:
    return {
        "url": entry.link.url,
        "source": entry.link.source,
        "ended_at": entry.ended_at,
        "attempts": entry.attempts,
        "deaths": entry.crashes,
        "error": getattr(entry.outcome, "error", None),
    }
