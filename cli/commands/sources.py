"""``newsloom sources``: what is watched."""

from contextlib import suppress

import click
from pydantic import ValidationError

from cli.output import clean, err, json_option, out, print_json
from cli.session import session, settings
from config.sources import Source, load, save
from pipeline.discover.feeds import NotAFeed, parse_feed
from pipeline.outcome import Rejected, Retry
from pipeline.urls import host_of
from workers.fetching import ACCEPT_FEED, Response
from workers.resources import Resources


@click.group()
def sources() -> None:
    """List, add, remove or check the sources to watch."""


@sources.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the sources."""
    known = load(settings().sources)
    for source in known:
        if as_json:
            print_json(source.model_dump(mode="json"))
        else:
            state = "" if source.enabled else "  (off)"
            out().print(f"{source.id}  {clean(source.feed)}{state}", markup=False)
    if not known:
        err().print(f"No sources in {settings().sources}; add one with `newsloom sources add FEED`.")


@sources.command()
@click.argument("feed")
@click.option("--id", "source_id", help="Short name; made from the host when left out.")
@click.option("--name")
@click.option("--interval", help="How often to poll: 90s, 15m, 2h.")
@click.option("--tag", "tags", multiple=True)
def add(feed: str, source_id: str | None, name: str | None, interval: str | None, tags: tuple[str, ...]) -> None:
    """Watch a feed. A running Newsloom takes it up at once."""
    path = settings().sources
    known = load(path)
    fields = {"feed": feed, "name": name, "interval": interval, "tags": tags}
    try:
        fresh = Source.model_validate({"id": source_id or "unnamed", **{k: v for k, v in fields.items() if v}})
    except ValidationError as error:
        first = error.errors()[0]
        raise click.UsageError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if source_id is None:
        fresh = fresh.model_copy(update={"id": _free_id(fresh, {source.id for source in known})})
    if any(source.id == fresh.id or source.feed == fresh.feed for source in known):
        raise click.UsageError(f"{fresh.feed} or the id {fresh.id} is already there")
    save(path, [*known, fresh])
    out().print(fresh.id)


@sources.command()
@click.argument("source_id")
def remove(source_id: str) -> None:
    """Stop watching a source; its articles stay."""
    path = settings().sources
    known = load(path)
    rest = [source for source in known if source.id != source_id]
    if len(rest) == len(known):
        raise click.UsageError(f"there is no source {source_id}")
    save(path, rest)


@sources.command()
@click.argument("source_ids", nargs=-1)
@json_option
def check(source_ids: tuple[str, ...], *, as_json: bool) -> None:
    """Fetch the feeds now and say what is found; nothing is taken in."""
    failed = 0
    with session() as resources:
        known = resources.sources()
        unknown = [name for name in source_ids if name not in known]
        if unknown:
            raise click.UsageError(f"there is no source {', '.join(unknown)}")
        for source in [known[name] for name in source_ids] or list(known.values()):
            healthy, words = _look_at(resources, source)
            failed += not healthy
            if as_json:
                print_json({"id": source.id, "healthy": healthy, "finding": words})
            else:
                out().print(f"{source.id}: {clean(words)}", markup=False)
    raise SystemExit(1 if failed else 0)


def _look_at(resources: Resources, source: Source) -> tuple[bool, str]:
    from datetime import UTC, datetime  # noqa: PLC0415

    answer = resources.wait_for(resources.fetch(source.feed, source.id, accept=ACCEPT_FEED))
    match answer:
        case Rejected():
            return False, answer.detail
        case Retry():
            return False, answer.error
        case Response(status=200):
            with suppress(NotAFeed):
                feed = parse_feed(answer.content, url=answer.final_url, source=source.id, now=datetime.now(UTC))
                dates = [link.published for link in feed.links if link.published]
                newest = f", newest {max(dates):%Y-%m-%d %H:%M}" if dates else ", no dates"
                moved = f"; moved for good to {answer.final_url}" if answer.moved_permanently else ""
                return True, f"ok, {len(feed.links)} items{newest}{moved}"
            return False, "it answers, but not with a feed"
        case _:
            return False, f"the server answered {answer.status}"


def _free_id(source: Source, taken: set[str]) -> str:
    base = host_of(source.feed).removeprefix("www.").removeprefix("feeds.").replace(":", "-")
    return next(name for name in (base, *(f"{base}-{n}" for n in range(2, 1000))) if name not in taken)
