"""``newsloom duplicates``: a story's family of copies, and an operator's changes to it."""

import click

from cli.command import Command
from cli.output import clean, counted, json_option, moment, out, print_json
from cli.session import session
from pipeline.records import EnrichedArticle
from services.articles.duplicates import Family, family_of, pin_article, split_article
from services.articles.search import find_article

_JSON_FIELDS = {
    "id",
    "url",
    "source",
    "title",
    "published",
    "published_evidence",
    "agency",
    "duplicate_of",
}


@click.command(cls=Command)
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
    """Show an article's family, the first publisher first, and the rule and score of each copy.

    --pin and --split change it; the index follows at once.
    """
    if pin and split:
        raise click.UsageError("either --pin or --split")
    with session() as resources:
        index = resources.open_index()
        found = find_article(resources.stores.ledger, index, article)
        if pin:
            family = pin_article(resources, index, found)
        elif split:
            family = split_article(resources, index, found)
        else:
            family = family_of(index, found)
    if as_json:
        print_json(
            {"first": family.first.id, "articles": [_as_json(one) for one in family.members]}
        )
    else:
        _show(family)


def _show(family: Family) -> None:
    articles = counted(len(family.members), "article")
    sources = counted(len({member.source for member in family.members}), "source")
    out().print(f"{articles} from {sources}", style="bold")
    for member in family.members:
        _show_member(member, family.first)


def _show_member(member: EnrichedArticle, first: EnrichedArticle) -> None:
    parts = [_date(member), clean(member.source)]
    if member.agency:
        parts.append(f"credited to {clean(member.agency)}")
    parts.append(_role(member, first))
    console = out()
    console.print()
    console.print(clean(member.title), markup=False)
    console.print("  " + " · ".join(parts), style="dim", markup=False)
    console.print(f"  {member.id}  {clean(member.url)}", style="dim", markup=False)


def _date(member: EnrichedArticle) -> str:
    """When it was published, and where the page says so."""
    published = moment(member.published.timestamp()) if member.published else "no date"
    evidence = member.published_evidence
    return f"{published} ({evidence[0].provenance})" if evidence else published


def _role(member: EnrichedArticle, first: EnrichedArticle) -> str:
    copy = member.duplicate_of
    if member.id == first.id or copy is None:
        return "first publisher"
    with_whom = f" with {copy.matched}" if copy.matched else ""
    return f"copy: {copy.rule} {copy.score:.2f}{with_whom}"


def _as_json(member: EnrichedArticle) -> dict[str, object]:
    return member.model_dump(include=_JSON_FIELDS)
