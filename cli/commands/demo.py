"""``newsloom demo``: a sample newsroom on loopback, crawled, indexed, searched."""

import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime

import click

from cli.commands.search import show
from cli.commands.status import show_totals
from cli.output import clean, err, json_option, out, print_json, progress
from cli.session import session, settings
from demo.place import demo_settings, environment, newsroom_folder, newsroom_server, updated_flag
from demo.site import publish
from demo.stories import ContentError
from pipeline.urls import UrlId
from search.query import parse
from search.request import SearchRequest
from workers.processes.heartbeat import MEMBERS
from workers.processes.supervisor import Supervisor
from workers.resources import Resources

QUERIES = (
    '"muscle flexing"',
    "title:russia AND kremlin",
    "library OR biblioteca OR médiathèque OR stadtbibliothek",
)
_GIVE_UP_SECONDS = 150.0


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def demo(context: click.Context, *, as_json: bool) -> None:
    """Crawl a sample newsroom on this machine, index it, and search it."""
    if context.invoked_subcommand is None:
        with session(demo_settings(settings())) as resources:
            _run(resources, as_json=as_json)


@demo.command("publish")
@click.argument("title")
@click.argument("text", required=False)
@click.option("--host", default="harbour-post.example", show_default=True)
def publish_(title: str, text: str | None, host: str) -> None:
    """Publish an article in the newsroom that `newsloom up --demo` watches.

    TEXT may come from stdin.
    """
    folder = newsroom_folder(demo_settings(settings()))
    try:
        file = publish(folder, host, title, text or sys.stdin.read(), when=datetime.now(UTC))
    except ContentError as error:
        raise click.UsageError(str(error)) from None
    out().print(str(file), markup=False)


@demo.command("search", context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1)
def search_(query: tuple[str, ...]) -> None:
    """Search the demo's articles."""
    result = (
        Resources(demo_settings(settings()))
        .open_index()
        .search(SearchRequest(query=parse(" ".join(query))))
    )
    show(result)
    raise SystemExit(0 if result.total else 1)


def _run(resources: Resources, *, as_json: bool) -> None:
    chosen, stores = resources.settings, resources.stores
    _start_afresh_without_index(resources)
    log, flag = chosen.data_dir / "demo.log", updated_flag(chosen)
    before = stores.ledger.totals()
    with ExitStack() as stack:
        server = stack.enter_context(newsroom_server(chosen))
        fleet = Supervisor(
            chosen,
            stores.keyspace,
            MEMBERS,
            app="demo.celery",
            environment=environment(chosen),
            log_file=log,
        )
        stack.callback(fleet.stop)
        _say(
            f"A newsroom of {len(server.hosts)} hosts on loopback; the workers' log is {log}",
            as_json=as_json,
        )
        fleet.start()
        _poll_and_wait(resources, fleet)
        if not flag.exists():
            _say("The newsroom updates one of its articles …", as_json=as_json)
            server.update()
            flag.touch()
            _poll_and_wait(resources, fleet)
    _report(resources, fresh=stores.ledger.totals().accepted - before.accepted, as_json=as_json)


def _start_afresh_without_index(resources: Resources) -> None:
    """A ledger whose index is gone (a new Elasticsearch, a deleted folder) would say that all is done."""
    if resources.index.count() == 0 and resources.stores.ledger.totals().indexed:
        keyspace = resources.stores.keyspace
        keys = list(keyspace.client.scan_iter(match=keyspace.pattern(), count=1000))
        keyspace.client.delete(*keys)
        updated_flag(resources.settings).unlink(missing_ok=True)


def _poll_and_wait(resources: Resources, fleet: Supervisor) -> None:
    """Poll every source once more and wait until all that was found has ended."""
    feeds, ledger, started = resources.stores.feeds, resources.stores.ledger, time.time()
    sources = resources.apply_sources()
    for name in sources:
        feeds.poll_now(name)

    def done() -> bool:
        totals = ledger.totals()
        bar.update(task, total=totals.accepted, completed=totals.accepted - totals.in_flight)
        polled = all((feeds.state(name).last_poll or 0) >= started for name in sources)
        if fleet.failing:
            raise click.ClickException(
                f"the {fleet.failing} worker does not start; see {fleet.log_file}"
            )
        if time.time() - started > _GIVE_UP_SECONDS:
            raise click.ClickException(
                f"not finished after {_GIVE_UP_SECONDS:.0f} s; see {fleet.log_file}"
            )
        return polled and totals.in_flight == 0

    with progress() as bar:
        task = bar.add_task("crawl → extract → deduplicate → enrich → index", total=None)
        fleet.run(until=done)


def _report(resources: Resources, *, fresh: int, as_json: bool) -> None:
    ledger, index = resources.stores.ledger, resources.open_index()
    totals, reasons = ledger.totals(), ledger.reasons()
    copies = index.search(SearchRequest(query=parse("duplicate_of:*"), limit=100, copies=True))
    results = {query: index.search(SearchRequest(query=parse(query), limit=4)) for query in QUERIES}
    if as_json:
        print_json(
            {
                "ledger": totals.to_json(),
                "newly_accepted": fresh,
                "rejected": reasons,
                "articles": index.count(),
                "copies": [{"url": hit.url, "of": hit.duplicate_of} for hit in copies.hits],
                "queries": {
                    query: result.model_dump(mode="json") for query, result in results.items()
                },
            }
        )
    else:
        _print_report(resources, fresh)
        _print_copies(resources, [(hit.url, hit.duplicate_of or "") for hit in copies.hits])
        for query, result in results.items():
            out().rule(f"newsloom search {query!r}", align="left", characters="─")
            show(result, facets=False)
    raise SystemExit(0 if totals.balanced and totals.in_flight == totals.dead == 0 else 1)


def _print_report(resources: Resources, fresh: int) -> None:
    totals, reasons = resources.stores.ledger.totals(), resources.stores.ledger.reasons()
    console = out()
    show_totals(totals)
    console.print(f"newly accepted in this run: {fresh}")
    console.print(
        "rejected for: " + ", ".join(f"{reason} {count}" for reason, count in reasons.items())
    )
    console.print(f"articles in the index: {resources.open_index().count()}")


def _print_copies(resources: Resources, copies: list[tuple[str, str]]) -> None:
    index = resources.open_index()
    console = out()
    console.print(f"near-copies found: {len(copies)}")
    for url, original in sorted(copies):
        article = index.get(UrlId(original))
        console.print(
            f"  {clean(url)}\n    is a copy of {clean(article.url) if article else original}",
            markup=False,
        )


def _say(text: str, *, as_json: bool) -> None:
    if not as_json:
        err().print(text, markup=False)
