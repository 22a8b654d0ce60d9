"""``newsloom sources``: what is watched."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, BinaryIO

import click
import redis
from pydantic import ValidationError

from cli.commands.adding import SourceOffer, discovered, offers_from
from cli.output import clean, err, json_option, out, print_json
from cli.session import session, settings
from config.opml import NotOpml, read_opml, write_opml
from config.sources import Source, free_id, load, save
from demo.place import demo_settings, newsroom_folder
from pipeline.discover.candidates import Place
from pipeline.sources.subscription import PushVerdict
from storage.embedded_redis import EmbeddedRedisError
from workers.sources.checks import check as checked
from workers.sources.subscriber import push_verdicts


@click.group()
def sources() -> None:
    """List, add, remove, check, import or export the sources to watch."""


@sources.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the sources, and what pushes them."""
    known = load(settings().sources)
    pushes = _pushes() if known else {}
    for source in known:
        push = pushes.get(source.id)
        if as_json:
            print_json(
                {
                    **source.model_dump(mode="json"),
                    "push": push.model_dump(mode="json") if push else None,
                }
            )
        else:
            state = "" if source.enabled else "  (off)"
            state += f"  {clean(push.sentence)}" if push else ""
            out().print(f"{source.id}  {clean(source.address)}{state}", markup=False)
    if not known:
        err().print(
            f"No sources in {settings().sources}; add one with `newsloom sources add ADDRESS`."
        )


@sources.command()
@click.argument("address")
@click.option("--id", "source_id", help="Short name; made from the host when left out.")
@click.option("--name", help="As it is shown; the feed's own title when left out.")
@click.option("--interval", help="How often to poll: 90s, 15m, 2h.")
@click.option("--tag", "tags", multiple=True)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="All feeds and sitemaps of the site, not only the best one.",
)
@click.option(
    "--section",
    is_flag=True,
    help="Watch this very page for links to articles: for a site without a feed.",
)
@click.option("--dry-run", is_flag=True, help="Only list what there is.")
@click.option("--demo", is_flag=True, help="Look at the demo's newsroom, and add to its sources.")
@json_option
def add(  # noqa: PLR0913 - each is an option
    address: str,
    source_id: str | None,
    *,
    everything: bool,
    section: bool,
    dry_run: bool,
    demo: bool,
    as_json: bool,
    **wishes: Any,  # noqa: ANN401 - name, interval, tags, as they were written
) -> None:
    """Watch a feed, a sitemap, or the best one that a site offers.

    ADDRESS is that of the feed or sitemap, or of any page of the site: then what the page and
    robots.txt name, and the usual places, are fetched and read. A running Newsloom takes the new
    source up at once.
    """
    chosen = demo_settings(settings()) if demo else settings()
    if demo:
        newsroom_folder(chosen)
    known = load(chosen.sources)
    kind = "section" if section else "feed"
    wish = _valid(
        {"id": source_id or "unnamed", kind: address, **{k: v for k, v in wishes.items() if v}}
    )
    for source in known:
        if wish.address == source.address or source_id == source.id:
            raise click.UsageError(
                f"{wish.address} or the id {source_id or source.id} is already there"
            )
    if section:
        own_id = source_id or free_id(wish.address, [source.id for source in known], kind="section")
        _add_section(
            chosen.sources,
            known,
            wish.model_copy(update={"id": own_id}),
            dry_run=dry_run,
            as_json=as_json,
        )
        return
    offers = offers_from(discovered(wish.address, chosen, demo=demo), wish, known, own_id=source_id)
    fresh = [offer for offer in (offers if everything else offers[:1]) if not offer.known]
    if not dry_run and fresh:
        save(chosen.sources, [*known, *(offer.source for offer in fresh)])
    _tell(offers, [] if dry_run else fresh, as_json=as_json)
    if not offers:
        raise click.ClickException(f"{clean(wish.address)}: there is neither feed nor sitemap")
    if not dry_run and not fresh:
        more = "" if everything else "; --all adds what else there is"
        raise click.ClickException(
            f"{clean(wish.address)}: {clean(offers[0].source.address)} is already there{more}"
        )


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


@sources.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--tag", "tags", multiple=True, help="Given to every source, beside its folders.")
@click.option("--dry-run", is_flag=True, help="Only list what would be added.")
@json_option
def import_(file: BinaryIO, tags: tuple[str, ...], *, dry_run: bool, as_json: bool) -> None:
    """Add the subscriptions of an OPML file (- for stdin), its folders as tags.

    What is there already is left as it is. The addresses are not fetched; `newsloom sources check`
    does that.
    """
    path = settings().sources
    known = load(path)
    try:
        read = read_opml(file.read(), known)
    except NotOpml as error:
        raise click.UsageError(f"{file.name}: {error}") from None
    fresh = [
        source.model_copy(update={"tags": tuple(dict.fromkeys([*source.tags, *tags]))})
        for source in read.sources
    ]
    if fresh and not dry_run:
        save(path, [*known, *fresh])
    for source in fresh:
        if as_json:
            print_json(source.model_dump(mode="json"))
        else:
            out().print(f"{source.id}  {clean(source.address)}", markup=False)
    for name, why in read.refused:
        err().print(f"left out: {clean(name)}: {clean(why)}", markup=False)
    err().print(f"{len(fresh)} new, {len(read.known)} already there, {len(read.refused)} left out")
    raise SystemExit(0 if fresh or read.known else 1)


@sources.command()
def export() -> None:
    """Print the sources as OPML, for feed readers and other Newslooms."""
    click.echo(write_opml(load(settings().sources)), nl=False)


@sources.command()
@click.argument("source_ids", nargs=-1)
@json_option
def check(source_ids: tuple[str, ...], *, as_json: bool) -> None:
    """Poll sources now and say how each is doing, and what pushes it; nothing is taken in.

    What went silent is compared with its site. Exit code 1 when one is ill.
    """
    ill = 0
    with session() as resources:
        known = resources.sources()
        unknown = [name for name in source_ids if name not in known]
        if unknown:
            raise click.UsageError(f"there is no source {', '.join(unknown)}")
        resources.apply_sources()
        chosen = [known[name] for name in source_ids] or list(known.values())
        pushes = push_verdicts(resources)
        for source, checking in [
            (source, resources.start(checked(resources, source))) for source in chosen
        ]:
            verdict = checking.result()
            ill += verdict.unhealthy
            push = pushes.get(source.id)
            if as_json:
                said = push.model_dump(mode="json") if push else None
                print_json({"id": source.id, **verdict.model_dump(mode="json"), "push": said})
            else:
                words = f"{verdict.sentence}; {push.sentence}" if push else verdict.sentence
                out().print(f"{source.id}: {clean(words)}", markup=False)
    raise SystemExit(1 if ill else 0)


def _pushes() -> Mapping[str, PushVerdict]:
    """What to say of the subscriptions.

    The sources are a file, so they are listed where Redis is away too.
    """
    if not settings().public_url:
        return {}
    try:
        with session() as resources:
            return push_verdicts(resources)
    except (redis.RedisError, EmbeddedRedisError) as error:
        err().print(f"What pushes them cannot be said: {clean(str(error))}", markup=False)
        return {}


def _add_section(
    path: Path, known: Sequence[Source], section: Source, *, dry_run: bool, as_json: bool
) -> None:
    """Watch a page as it is: there is nothing to discover."""
    if not dry_run:
        save(path, [*known, section])
    if as_json:
        print_json(
            {"id": section.id, "added": not dry_run, "kind": "section", "address": section.address}
        )
    else:
        out().print(section.id)


def _valid(fields: dict[str, Any]) -> Source:
    try:
        return Source.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise click.UsageError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _tell(offers: Sequence[SourceOffer], added: Sequence[SourceOffer], *, as_json: bool) -> None:
    """What was added on stdout, what else there is on stderr, or all on stdout when nothing was to be added.

    A lone feed whose address was given needs no more than its id.
    """
    if as_json:
        for offer in offers:
            print_json(_described(offer, added=offer in added))
        return
    if added and added[0].found.place is Place.GIVEN:
        out().print(added[0].source.id)
        return
    for offer in offers:
        found = offer.found
        kind = "news sitemap" if found.news else found.kind
        newest = (
            f", newest {found.newest.astimezone(UTC):%Y-%m-%d %H:%M}"
            if found.newest
            else ", no dates"
        )
        state = ", already there" if offer.known else ""
        line = f"{offer.source.id}  {clean(offer.source.address)}  {kind}, {found.count} entries{newest}{state}"
        if added and offer not in added:
            err().print(f"also there: {line}", markup=False)
        else:
            out().print(line, markup=False)


def _described(offer: SourceOffer, *, added: bool) -> dict[str, Any]:
    found = offer.found
    return {
        "id": offer.source.id,
        "added": added,
        "known": offer.known,
        "kind": found.kind,
        "news": found.news,
        "place": found.place.name.lower(),
        "address": offer.source.address,
        "title": found.title,
        "entries": found.count,
        "newest": found.newest,
    }
