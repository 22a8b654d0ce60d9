"""``newsloom duplicates``: a story's family of copies, and an operator's say in it."""

import click

from cli.articles import named_article
from cli.output import clean, err, json_option, out, print_json
from cli.session import session
from pipeline.records import CopyOf, EnrichedArticle
from search.query import parse
from search.request import SearchRequest, Sort
from storage.index import Index
from workers.chain.outbox import flush
from workers.resources import Resources

_PAGE = 100


@click.command()
@click.argument("article", metavar="ID|URL")
@click.option(
    "--pin", is_flag=True, help="Make this article the first publisher, whatever the dates say."
)
@click.option(
    "--split",
    is_flag=True,
    help="Take it out: it stands alone, and is not judged a copy of these again.",
)
@json_option
def duplicates(article: str, *, pin: bool, split: bool, as_json: bool) -> None:
    """Show the family of an article, the first publisher first, and for each copy the rule and the score.

    --pin and --split change it; the index follows at once.
    """
    if pin and split:
        raise click.UsageError("either --pin or --split")
    with session() as resources:
        index = resources.open_index()
        found = named_article(resources, index, article)
        family = family_of(index, found)
        if pin or split:
            _regroup(resources, family, found, pin=pin)
            found = index.get(found.id) or found
            family = family_of(index, found)
    if as_json:
        print_json({"first": family[0].id, "articles": [_as_json(member) for member in family]})
    else:
        _show(family)


def family_of(index: Index, article: EnrichedArticle) -> list[EnrichedArticle]:
    """The first publisher, then its copies, oldest first."""
    first_id = article.duplicate_of.article if article.duplicate_of else article.id
    query, ids = parse(f"duplicate_of:{first_id}"), list[str]()
    while True:
        request = SearchRequest(
            query=query, limit=_PAGE, offset=len(ids), sort=Sort.OLDEST, copies=True, facet_size=0
        )
        page = index.search(request)
        ids += [hit.id for hit in page.hits]
        if not page.hits or len(ids) >= page.total:
            break
    members = [index.get(member) for member in dict.fromkeys([first_id, *ids])]
    return [member for member in members if member] or [article]


def _regroup(
    resources: Resources, family: list[EnrichedArticle], chosen: EnrichedArticle, *, pin: bool
) -> None:
    others = [member for member in family if member.id != chosen.id]
    if not others:
        err().print(f"{chosen.id} has no copies and is none; nothing to change.")
        raise SystemExit(1)
    prints = resources.stores.fingerprints
    if pin:
        prints.pin(chosen.id, _led_by(chosen, family))
    else:
        heir = others[0].id if chosen.duplicate_of is None else None
        prints.split(chosen.id, [member.id for member in others], heir=heir)
    flush(resources)


def _led_by(chosen: EnrichedArticle, family: list[EnrichedArticle]) -> dict[str, CopyOf | None]:
    """What every member is when ``chosen`` leads.

    The old first publisher agrees with it as it with that one.
    """
    own = chosen.duplicate_of
    copies = {member.id: member.duplicate_of or own for member in family}
    return {
        name: None
        if name == chosen.id or copy is None
        else copy.model_copy(update={"article": chosen.id})
        for name, copy in copies.items()
    }


def _show(family: list[EnrichedArticle]) -> None:
    sources = len({member.source for member in family})
    console = out()
    console.print(
        f"{len(family)} article{'s' if len(family) > 1 else ''} from {sources} source{'s' if sources > 1 else ''}",
        style="bold",
    )
    for member in family:
        console.print()
        console.print(clean(member.title), markup=False)
        published = f"{member.published:%Y-%m-%d %H:%M %Z}" if member.published else "no date"
        witness = (
            f" ({member.published_evidence[0].provenance})" if member.published_evidence else ""
        )
        parts = [f"{published}{witness}", clean(member.source)]
        if member.agency:
            parts.append(f"credited to {clean(member.agency)}")
        parts.append(_role(member, family[0]))
        console.print("  " + " · ".join(parts), style="dim", markup=False)
        console.print(f"  {member.id}  {clean(member.url)}", style="dim", markup=False)


def _role(member: EnrichedArticle, first: EnrichedArticle) -> str:
    copy = member.duplicate_of
    if member.id == first.id or copy is None:
        return "first publisher"
    with_whom = f" with {copy.matched}" if copy.matched else ""
    return f"copy: {copy.rule} {copy.score:.2f}{with_whom}"


def _as_json(member: EnrichedArticle) -> dict[str, object]:
    fields = {
        "id",
        "url",
        "source",
        "title",
        "published",
        "published_evidence",
        "agency",
        "duplicate_of",
    }
    return member.model_dump(mode="json", include=fields)
