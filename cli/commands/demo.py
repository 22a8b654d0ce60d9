"""``newsloom demo``: a sample newsroom on loopback, crawled, indexed, searched."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import click

from cli.command import Group
from cli.commands.articles.search import search as search_command
from cli.commands.articles.search import show
from cli.commands.status import show_totals
from cli.demo_mode import use_demo
from cli.invocation import typed
from cli.output import clean, json_option, out, print_json, progress
from cli.session import session, settings
from demo.place import newsroom_folder
from demo.run import DemoError, run_demo
from demo.site import publish
from demo.stories import ContentError
from pipeline.urls import UrlId
from search.results import Hit, SearchResult
from services.articles.search import search
from storage.index import Index
from storage.redis.ledger import Totals
from workers.resources import Resources

QUERIES = (
    '"muscle flexing"',
    "title:russia AND kremlin",
    "library OR biblioteca OR médiathèque OR stadtbibliothek",
)
_STAGES = "crawl → extract → deduplicate → enrich → index"


@click.group(cls=Group, invoke_without_command=True)
@json_option
@click.pass_context
def demo(context: click.Context, *, as_json: bool) -> None:
    """Crawl a sample newsroom on this machine, index it, and search it."""
    use_demo(context)
    if context.invoked_subcommand is None:
        with session() as resources:
            fresh = _run(resources, as_json=as_json)
            _report(resources, fresh=fresh, as_json=as_json)


@demo.command("publish", short_help="Publish an article in the newsroom.")
@click.argument("title")
@click.argument("text", required=False)
@click.option("--host", default="harbour-post.example", show_default=True)
def publish_(title: str, text: str | None, host: str) -> None:
    """Publish an article in the newsroom that `newsloom --demo up` watches.

    TEXT may come from stdin.
    """
    folder = newsroom_folder(settings())
    try:
        file = publish(folder, host, title, text or sys.stdin.read(), when=datetime.now(UTC))
    except ContentError as error:
        raise click.UsageError(str(error)) from None
    out().print(str(file), markup=False)


demo.add_command(search_command)


def _run(resources: Resources, *, as_json: bool) -> int:
    """Run the demo behind a progress bar; how many URLs were accepted."""
    with progress() as bar:
        task = bar.add_task(_STAGES, total=None)

        def say(sentence: str) -> None:
            if not as_json:
                bar.console.print(sentence, markup=False)

        def show_progress(totals: Totals) -> None:
            ended = totals.accepted - totals.in_flight
            bar.update(task, total=totals.accepted, completed=ended)

        try:
            return run_demo(resources, say=say, progress=show_progress)
        except DemoError as error:
            raise click.ClickException(str(error)) from None


def _report(resources: Resources, *, fresh: int, as_json: bool) -> None:
    """Print what the demo did. Exit code 1 when URLs are dead, in flight or unaccounted for."""
    ledger, index = resources.stores.ledger, resources.open_index()
    totals, reasons = ledger.totals(), ledger.reasons()
    copies = search(index, "duplicate_of:*", limit=100, copies=True).hits
    results = {query: search(index, query, limit=4) for query in QUERIES}
    if as_json:
        print_json(
            {
                "ledger": totals.to_json(),
                "newly_accepted": fresh,
                "rejected": reasons,
                "articles": index.count(),
                "copies": [{"url": hit.url, "of": hit.duplicate_of} for hit in copies],
                "queries": {query: result.model_dump() for query, result in results.items()},
            }
        )
    else:
        _print_totals(totals, reasons, fresh, index.count())
        _print_copies(index, copies)
        _print_results(results)
        _print_next_steps(index, copies)
    raise SystemExit(0 if totals.balanced and totals.in_flight == totals.dead == 0 else 1)


def _print_totals(totals: Totals, reasons: Mapping[str, int], fresh: int, articles: int) -> None:
    counts = ", ".join(f"{reason} {count}" for reason, count in reasons.items())
    show_totals(totals)
    out().print(f"newly accepted in this run: {fresh}")
    out().print(f"rejected for: {counts}")
    out().print(f"articles in the index: {articles}")


def _print_copies(index: Index, copies: Sequence[Hit]) -> None:
    out().print(f"near-copies found: {len(copies)}")
    for url, original in sorted((hit.url, hit.duplicate_of or "") for hit in copies):
        article = index.get(UrlId(original))
        address = clean(article.url) if article else original
        out().print(f"  {clean(url)}\n    is a copy of {address}", markup=False)


def _print_results(results: Mapping[str, SearchResult]) -> None:
    for query, result in results.items():
        out().rule(f"newsloom search {query!r}", align="left", characters="─")
        show(result, facets=False)


def _print_next_steps(index: Index, copies: Sequence[Hit]) -> None:
    """Commands that work when they are typed."""
    steps = [typed("status"), typed("search", "title:russia AND kremlin")]
    if copies:
        copy = min(hit.url for hit in copies)
        steps += [typed("trace", copy), typed("duplicates", copy)]
    edited = [hit.url for hit in search(index, "", limit=100).hits if hit.version > 1]
    if edited:
        steps += [typed("show", min(edited)), typed("history", min(edited), "--diff")]
    out().rule("go on with", align="left", characters="─")
    for step in steps:
        out().print(step, markup=False)
    chosen = settings()
    address = f"http://{chosen.web_host}:{chosen.web_port}"
    out().rule(f"pages at {address} while this runs", align="left", characters="─")
    out().print(typed("up"), markup=False)
