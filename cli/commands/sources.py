"""``newsloom sources``: what is watched."""

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

import click

from cli.command import Group
from cli.output import clean, err, json_option, out, print_json, print_problems
from cli.session import command_words, fetching_session, old_demo_option, session, settings
from config.opml import Refusal
from config.sources import Source
from config.sources_file import load
from pipeline.discover.candidates import FoundSource, Place
from pipeline.sources.subscription import PushVerdict
from pipeline.urls import Url
from services.add_source import (
    SourceOffer,
    SourceWish,
    add_sources,
    discover_sources,
    offers_from,
    section_source,
    wished_source,
)
from services.sources import (
    CheckedSource,
    check_sources,
    export_opml,
    import_opml,
    list_sources,
    remove_source,
)


@click.group(cls=Group)
def sources() -> None:
    """List, add, remove, check, import or export the sources to watch."""


@sources.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the sources, and what pushes them."""
    chosen = settings()
    listed = list_sources(chosen.sources, session if chosen.public_url else None)
    if listed.unavailable:
        err().print(f"What pushes them cannot be said: {clean(listed.unavailable)}", markup=False)
    print_problems(listed.problems)
    for source in listed.sources:
        _print_source(source, listed.pushes.get(source.id), as_json=as_json)
    if not listed.sources and not listed.problems:
        err().print(f"No sources in {chosen.sources}; add one with `newsloom sources add ADDRESS`.")


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
    "is_section",
    is_flag=True,
    help="Watch this very page for links to articles: for a site without a feed.",
)
@click.option("--dry-run", is_flag=True, help="Only list what there is.")
@old_demo_option
@json_option
def add(*, everything: bool, dry_run: bool, as_json: bool, **wished: Any) -> None:  # noqa: ANN401 - the fields of a wish
    """Watch a feed, a sitemap, or the best one that a site offers.

    ADDRESS is that of the feed or sitemap, or of any page of the site: then what the page and
    robots.txt name, and the usual places, are fetched and read. A running Newsloom takes the new
    source up at once.
    """
    path, wish = settings().sources, SourceWish(**wished)
    known = load(path)
    source = wished_source(wish, known)
    if wish.is_section:
        section = section_source(source, known, own_id=wish.source_id)
        if not dry_run:
            add_sources(path, known, [section])
        _print_section(section, added=not dry_run, as_json=as_json)
        return
    offers = offers_from(_discover(source.address), source, known, own_id=wish.source_id)
    wanted = offers if everything else offers[:1]
    fresh = [offer for offer in wanted if not offer.known]
    if dry_run:
        _print_offers(offers, [], as_json=as_json)
    else:
        add_sources(path, known, [offer.source for offer in fresh])
        _print_offers(offers, fresh, as_json=as_json)
    _require_offers(source.address, offers, wish)
    if not dry_run:
        _require_fresh(source.address, offers, fresh, everything=everything)


@sources.command()
@click.argument("source_id")
def remove(source_id: str) -> None:
    """Stop watching a source; its articles stay."""
    remove_source(settings().sources, source_id)


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
    imported = import_opml(
        settings().sources, file.read(), name=file.name, tags=tags, dry_run=dry_run
    )
    for source in imported.sources:
        if as_json:
            print_json(source.model_dump(mode="json"))
        else:
            out().print(f"{source.id}  {clean(source.address)}", markup=False)
    _print_refusals(imported.refused)
    new, known = len(imported.sources), len(imported.known)
    err().print(f"{new} new, {known} already there, {len(imported.refused)} left out")
    raise SystemExit(0 if new or known else 1)


@sources.command()
def export() -> None:
    """Print the sources as OPML, for feed readers and other Newslooms."""
    click.echo(export_opml(settings().sources), nl=False)


@sources.command()
@click.argument("source_ids", nargs=-1)
@json_option
def check(source_ids: tuple[str, ...], *, as_json: bool) -> None:
    """Poll sources now and say how each is doing, and what pushes it; nothing is taken in.

    What went silent is compared with its site. Exit code 1 when one is ill, or an
    entry of the file cannot be used.
    """
    with fetching_session() as resources:
        problems = resources.registry.problems()
        print_problems(problems)
        unhealthy = bool(problems)
        for checked in check_sources(resources, source_ids):
            unhealthy = unhealthy or checked.verdict.unhealthy
            _print_checked(checked, as_json=as_json)
    raise SystemExit(1 if unhealthy else 0)


def _print_source(source: Source, push: PushVerdict | None, *, as_json: bool) -> None:
    if as_json:
        print_json({**source.model_dump(mode="json"), "push": _push_json(push)})
        return
    state = "" if source.enabled else "  (off)"
    pushed = f"  {clean(push.sentence)}" if push else ""
    out().print(f"{source.id}  {clean(source.address)}{state}{pushed}", markup=False)


def _print_checked(checked: CheckedSource, *, as_json: bool) -> None:
    source_id, verdict, push = checked.source.id, checked.verdict, checked.push
    if as_json:
        fields = verdict.model_dump(mode="json")
        print_json({"id": source_id, **fields, "push": _push_json(push)})
        return
    words = f"{verdict.sentence}; {push.sentence}" if push else verdict.sentence
    out().print(f"{source_id}: {clean(words)}", markup=False)


def _push_json(push: PushVerdict | None) -> dict[str, Any] | None:
    return push.model_dump(mode="json") if push else None


def _print_refusals(refused: Sequence[Refusal]) -> None:
    for name, why in refused:
        err().print(f"left out: {clean(name)}: {clean(why)}", markup=False)


def _discover(address: Url) -> Sequence[FoundSource]:
    """What can be polled there. A spinner shows what is fetched, a line says what went wrong."""
    with err().status(f"Looking at {clean(address)}") as status:
        found = discover_sources(
            address,
            fetching_session,
            progress=lambda url: status.update(f"Looking at {clean(url)}"),
        )
    if found.insecure:
        err().print(f"{clean(address)} does not answer; looked at http instead", markup=False)
    if found.unread:
        err().print(f"Taken without a look: {clean(found.unread)}", markup=False)
    return found.found


def _require_offers(address: Url, offers: Sequence[SourceOffer], wish: SourceWish) -> None:
    if not offers:
        raise click.ClickException(
            f"{clean(address)}: there is neither feed nor sitemap. To watch this page itself for"
            f" links to articles: {clean(_section_command(wish))}"
        )


def _section_command(wish: SourceWish) -> str:
    """The command that watches the page of a wish, with the other options of the wish."""
    options = [("--id", wish.source_id), ("--name", wish.name), ("--interval", wish.interval)]
    options += [("--tag", tag) for tag in wish.tags]
    words = [*command_words(), "sources", "add", wish.address, "--section"]
    for option, value in options:
        if value:
            words += [option, value]
    return shlex.join(words)


def _require_fresh(
    address: Url, offers: Sequence[SourceOffer], fresh: Sequence[SourceOffer], *, everything: bool
) -> None:
    if not fresh:
        more = "" if everything else "; --all adds what else there is"
        best = clean(offers[0].source.address)
        raise click.ClickException(f"{clean(address)}: {best} is already there{more}")


def _print_section(section: Source, *, added: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            {"id": section.id, "added": added, "kind": "section", "address": section.address}
        )
    else:
        out().print(section.id)


def _print_offers(
    offers: Sequence[SourceOffer], added: Sequence[SourceOffer], *, as_json: bool
) -> None:
    """Print what was added on stdout, and what else there is on stderr.

    When nothing was to be added, all is on stdout. A lone feed whose address was given needs no
    more than its id.
    """
    if as_json:
        for offer in offers:
            print_json(_offer_json(offer, added=offer in added))
        return
    if added and added[0].found.place is Place.GIVEN:
        out().print(added[0].source.id)
        return
    for offer in offers:
        if added and offer not in added:
            err().print(f"also there: {_offer_line(offer)}", markup=False)
        else:
            out().print(_offer_line(offer), markup=False)


def _offer_line(offer: SourceOffer) -> str:
    found = offer.found
    kind = "news sitemap" if found.news else found.kind
    state = ", already there" if offer.known else ""
    about = f"{kind}, {found.count} entries, {_newest(found.newest)}{state}"
    return f"{offer.source.id}  {clean(offer.source.address)}  {about}"


def _newest(moment: datetime | None) -> str:
    return f"newest {moment.astimezone(UTC):%Y-%m-%d %H:%M}" if moment else "no dates"


def _offer_json(offer: SourceOffer, *, added: bool) -> dict[str, Any]:
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
