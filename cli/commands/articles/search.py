"""``newsloom search``."""

from datetime import UTC

import click

from cli.commands.articles.explained import print_explanation
from cli.output import clean, counted, err, highlighted, json_option, out, print_json
from cli.query import QueryCommand, query_argument
from cli.session import settings
from search.request import USUAL_FACETS, Sort
from search.results import FacetValue, Hit, SearchResult
from services.articles.explain import explain as explain_query
from services.articles.search import search as search_articles
from services.articles.source_groups import SourceGroups
from workers.resources import Resources

_NAMED = 3
"""Sources of copies that are named."""


@click.command(cls=QueryCommand, short_help="Search the articles.")
@query_argument
@click.option(
    "--limit", default=10, show_default=True, type=click.IntRange(0, 100), help="Hits to show."
)
@click.option("--offset", default=0, type=click.IntRange(0, 9_900), help="Hits to skip.")
@click.option("--copies", is_flag=True, help="Also show near-copies of articles.")
@click.option("--newest", is_flag=True, help="Newest first instead of best first.")
@click.option("--oldest", is_flag=True, help="Oldest first instead of best first.")
@click.option(
    "--explain", is_flag=True, help="Show how the query is understood, and what hits score."
)
@json_option
def search(  # noqa: PLR0913 - an argument for each option
    query: tuple[str, ...],
    *,
    limit: int,
    offset: int,
    copies: bool,
    newest: bool,
    oldest: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Search the articles, e.g. newsloom search 'title:russia AND kremlin'.

    Lucene syntax: words, "phrases", field:value, -word, AND OR NOT, published:[2017-12-01 TO *].
    What follows -- is all query. See docs/search.md.
    """
    chosen, text = settings(), " ".join(query)
    index, groups = Resources(chosen).open_index(), SourceGroups(chosen.sources)
    result = search_articles(
        index,
        text,
        limit=limit,
        offset=offset,
        sort=_sort(newest=newest, oldest=oldest),
        copies=copies,
        groups=groups,
    )
    if explain:
        explanation = explain_query(index, text, [hit.id for hit in result.hits], groups=groups)
        if as_json:
            print_json(explanation.model_dump())
        else:
            print_explanation(explanation, result.hits)
    elif as_json:
        print_json(result.model_dump())
    else:
        show(result)
    raise SystemExit(0 if result.total else 1)


def show(result: SearchResult, *, facets: bool = True) -> None:
    """Print a result for people."""
    left_out = copies_left_out(result.copies_left_out)
    if not result.total:
        err().print(" ".join(["Nothing found.", *left_out]))
        return
    console = out()
    console.print(counted(result.total, "article"), style="bold")
    for sentence in left_out:
        console.print(sentence, style="dim")
    for hit in result.hits:
        _show_hit(hit)
    if facets:
        sources, languages = (_facet(result.facets[name]) for name in USUAL_FACETS)
        console.print()
        console.print(f"sources: {sources}    languages: {languages}", style="dim", markup=False)


def copies_left_out(count: int, *, verb: str = "shows") -> list[str]:
    """The sentence on copies that match and are not counted; none when there are none.

    ``verb`` is what the option ``--copies`` does about them.
    """
    if not count:
        return []
    are, them = ("is", "it") if count == 1 else ("are", "them")
    return [f"{counted(count, 'copy')} {are} left out; --copies {verb} {them}."]


def _sort(*, newest: bool, oldest: bool) -> Sort:
    if newest and oldest:
        raise click.UsageError("either --newest or --oldest")
    if newest:
        return Sort.NEWEST
    return Sort.OLDEST if oldest else Sort.BEST


def _show_hit(hit: Hit) -> None:
    console = out()
    console.print()
    console.print(highlighted(hit.title_html))
    parts = [*_origin(hit), *_copies(hit)]
    console.print("  " + " · ".join(part for part in parts if part), style="dim", markup=False)
    console.print("  " + clean(hit.url), style="dim", markup=False)
    for fragment in hit.highlights:
        console.print("  ", highlighted(fragment), sep="")


def _origin(hit: Hit) -> list[str]:
    """On which day, in UTC, and where it was published."""
    published = f"{hit.published.astimezone(UTC):%Y-%m-%d}" if hit.published else "no date"
    return [published, clean(hit.source), clean(hit.language or "?"), clean(hit.section or "")]


def _copies(hit: Hit) -> list[str]:
    """What there is besides this text: copies, versions, the original."""
    parts = []
    if hit.copies:
        parts.append(f"+{counted(hit.copies, 'copy')}")
    if hit.also_at:
        parts.append(_also_at(hit.also_at))
    if hit.version > 1:
        parts.append(f"version {hit.version}")
    if hit.duplicate_of:
        parts.append(f"copy of {hit.duplicate_of}")
    return parts


def _also_at(sources: tuple[str, ...]) -> str:
    named = ", ".join(clean(source) for source in sources[:_NAMED])
    more = " …" if len(sources) > _NAMED else ""
    return f"also at {counted(len(sources), 'source')} ({named}{more})"


def _facet(values: tuple[FacetValue, ...]) -> str:
    return ", ".join(f"{clean(value.value)} {value.count}" for value in values) or "none"
