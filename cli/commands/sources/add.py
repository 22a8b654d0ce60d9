"""``newsloom sources add``: what a site offers to be polled."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from cli.command import Command
from cli.demo_mode import old_demo_option
from cli.invocation import typed
from cli.output import clean, err, json_option, out, print_json
from cli.session import fetching_session, settings
from config.sources import Source
from config.sources_file import load
from pipeline.discover.candidates import FoundSource, Place
from pipeline.urls import Url
from services.add_source import (
    SourceOffer,
    SourceWish,
    add_found,
    add_section,
    discover_sources,
    offers_of,
    wished_source,
)


@click.command(cls=Command)
@click.argument("address")
@click.option("--id", "source_id", help="Short name; made from the host when left out.")
@click.option("--name", help="As it is shown; the feed's own title when left out.")
@click.option("--interval", help="How often to poll: 90s, 15m, 2h.")
@click.option("--tag", "tags", multiple=True, help="A word for it; `source_tag:` in searches.")
@click.option(
    "--collection",
    "collections",
    multiple=True,
    help="A set of sources it belongs to; `collection:` in searches.",
)
@click.option(
    "--network", metavar="CIDR", help="The private network that it is in, such as 192.168.1.0/24."
)
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
    if wish.is_section:
        section = add_section(path, wish, dry_run=dry_run)
        _print_section(section, added=not dry_run, as_json=as_json)
        return
    source = wished_source(wish, load(path))
    found = _discover(source)
    if dry_run:
        offers = offers_of(path, found, wish)
        _print_offers(offers, [], as_json=as_json)
        _require_offers(source.address, offers, wish)
        return
    result = add_found(path, found, wish, everything=everything)
    _print_offers(result.offers, result.added, as_json=as_json)
    _require_offers(source.address, result.offers, wish)
    _require_fresh(source.address, result.offers, result.added, everything=everything)


def _discover(wished: Source) -> Sequence[FoundSource]:
    """What can be polled there. A spinner shows what is fetched, a line says what went wrong."""
    address = wished.address
    with err().status(f"Looking at {clean(address)}") as status:
        found = discover_sources(
            address,
            fetching_session,
            network=wished.network,
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
    options = [
        ("--id", wish.source_id),
        ("--name", wish.name),
        ("--interval", wish.interval),
        ("--network", wish.network),
    ]
    options += [("--tag", tag) for tag in wish.tags]
    options += [("--collection", name) for name in wish.collections]
    words = ["sources", "add", wish.address, "--section"]
    for option, value in options:
        if value:
            words += [option, value]
    return typed(*words)


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
