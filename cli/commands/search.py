"""``newsloom search``."""

import click

from cli.output import clean, err, highlighted, json_option, out, print_json
from cli.session import settings
from search.query import parse
from search.request import SearchRequest, Sort
from search.results import FacetValue, Hit, SearchResult
from workers.resources import Resources

_NAMED = 3
"""Sources of copies that are named."""


@click.command()
@click.argument("query", nargs=-1)
@click.option(
    "--limit", default=10, show_default=True, type=click.IntRange(0, 100), help="Hits to show."
)
@click.option("--offset", default=0, type=click.IntRange(0, 9_900), help="Hits to skip.")
@click.option("--copies", is_flag=True, help="Also show near-copies of articles.")
@click.option("--newest", is_flag=True, help="Newest first instead of best first.")
@click.option("--oldest", is_flag=True, help="Oldest first instead of best first.")
@json_option
def search(  # noqa: PLR0913 - an argument for each option
    query: tuple[str, ...],
    *,
    limit: int,
    offset: int,
    copies: bool,
    newest: bool,
    oldest: bool,
    as_json: bool,
) -> None:
    """Search the articles, e.g. newsloom search 'title:russia AND kremlin'.

    Lucene syntax: words, "phrases", field:value, AND OR NOT, published:[2017-12-01 TO *]. See
    docs/search.md.
    """
    if newest and oldest:
        raise click.UsageError("either --newest or --oldest")
    request = SearchRequest(
        query=parse(" ".join(query)),
        limit=limit,
        offset=offset,
        sort=Sort.NEWEST if newest else Sort.OLDEST if oldest else Sort.RELEVANCE,
        copies=copies,
    )
    result = Resources(settings()).open_index().search(request)
    if as_json:
        print_json(result.model_dump(mode="json"))
    else:
        show(result)
    raise SystemExit(0 if result.total else 1)


def show(result: SearchResult, *, facets: bool = True) -> None:
    """Print a result for people."""
    if not result.total:
        err().print("Nothing found.")
        return
    console = out()
    console.print(f"{result.total} article{'s' if result.total != 1 else ''}", style="bold")
    for hit in result.hits:
        _show_hit(hit)
    if facets:
        console.print()
        console.print(
            f"sources: {_facet(result.sources)}    languages: {_facet(result.languages)}",
            style="dim",
            markup=False,
        )


def _show_hit(hit: Hit) -> None:
    console = out()
    console.print()
    console.print(highlighted(hit.title_html))
    published = hit.published.date().isoformat() if hit.published else "no date"
    parts = [published, clean(hit.source), clean(hit.language or "?"), clean(hit.section or "")]
    if hit.copies:
        parts.append(f"+{hit.copies} cop{'y' if hit.copies == 1 else 'ies'}")
    if hit.also_at:
        parts.append(_also_at(hit.also_at))
    if hit.version > 1:
        parts.append(f"version {hit.version}")
    if hit.duplicate_of:
        parts.append(f"copy of {hit.duplicate_of}")
    console.print("  " + " · ".join(part for part in parts if part), style="dim", markup=False)
    console.print("  " + clean(hit.url), style="dim", markup=False)
    for fragment in hit.highlights:
        console.print("  ", highlighted(fragment), sep="")


def _also_at(sources: tuple[str, ...]) -> str:
    named = ", ".join(clean(source) for source in sources[:_NAMED]) + (
        " …" if len(sources) > _NAMED else ""
    )
    return f"also at {len(sources)} source{'s' if len(sources) > 1 else ''} ({named})"


def _facet(values: tuple[FacetValue, ...]) -> str:
    return ", ".join(f"{clean(value.value)} {value.count}" for value in values) or "none"
