"""The page of a search: hits, facets, timeline; and the same search elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from search.errors import QueryError
from search.language.query import parse
from search.request import Sort
from search.results import FacetValue, SearchResult
from services.articles.explain import explain
from services.articles.search import search
from services.articles.significant import significant_words
from web.pages.searching.facet_lists import (
    FIELDS,
    MOST_VALUES,
    FacetRow,
    facet_lists,
    label_of,
    rows_of,
)
from web.pages.searching.search_address import SearchAddress, quoted, read_address
from web.pages.searching.timeline import timeline_html
from web.pages.site import Site

HITS = 20
SIGNIFICANT = 12
_AROUND = 40
"""Characters of a query that are shown on each side of its mistake."""

Ways = Sequence[tuple[str, str]]
"""What to do next: words and address."""


@dataclass(frozen=True, slots=True)
class QueryMistake:
    """A query that was not understood, with the place of the mistake.

    Attributes:
        message: a sentence.
        before: the query up to the mistake.
        at: the words at it; None when it has no place.
        after: the rest.
        ways: what to do next.
    """

    message: str
    before: str
    at: str | None
    after: str
    ways: Ways


def search_page(site: Site, request: Request) -> Response:
    """``GET /search``."""
    address = read_address(request.query_params, request.query_params.getlist("f"))
    try:
        parse(address.query, site.groups, now=site.now)
        result = _found(site, address)
        context = _context(site, address, result)
    except QueryError as error:
        context = {"address": address, "result": None, "error": _mistake(address, error)}
        return site.page(request, "search.html", context, status=400)
    return site.page(request, "search.html", context)


def _found(site: Site, address: SearchAddress) -> SearchResult:
    return search(
        site.index,
        address.effective_query,
        limit=HITS,
        after=address.after or None,
        sort=address.sort,
        copies=address.copies,
        groups=site.groups,
        facets=FIELDS,
        facet_size=MOST_VALUES,
        now=site.now,
    )


def _context(site: Site, address: SearchAddress, result: SearchResult) -> dict[str, Any]:
    names = site.names()
    return {
        "address": address,
        "error": None,
        "result": result,
        "facets": facet_lists(result.facets, address, names),
        "timeline": timeline_html(site, address) if result.total else "",
        "ways": ways_on(address),
        "significant": _significant(site, address, names) if result.total else (),
        "understood": explain(
            site.index, address.effective_query, groups=site.groups, now=site.now
        ).understood,
        "command": quote(address.effective_query),
        "labels": lambda field, value: label_of(field, value, names),
        "sorts": {sort.value: sort for sort in Sort},
    }


def _significant(
    site: Site, address: SearchAddress, names: Mapping[str, str]
) -> tuple[FacetRow, ...]:
    """The words that set the result apart, as links that narrow the search to one."""
    if not address.effective_query:
        return ()
    found = significant_words(
        site.index,
        address.effective_query,
        size=SIGNIFICANT,
        copies=address.copies,
        groups=site.groups,
        now=site.now,
    )
    values = [FacetValue(value=word.word, count=word.count) for word in found]
    return rows_of("keyword", values, address, names)


def ways_on(address: SearchAddress) -> Ways:
    """What may find something where a search found nothing."""
    ways = []
    if address.filters or address.since or address.until:
        ways.append(("Search without what you chose", SearchAddress(address.query).url))
    if not address.copies:
        ways.append(("Show copies as well", address.but(copies=True).url))
    words = address.query.split()
    if '"' in address.query:
        loose = address.query.replace('"', "")
        ways.append(("Search the words without quotation marks", address.but(query=loose).url))
    elif len(words) > 1 and all(word.isalnum() for word in words):
        any_of = " OR ".join(words)
        ways.append(("Search any of the words", address.but(query=any_of).url))
    return ways


def _mistake(address: SearchAddress, error: QueryError) -> QueryMistake:
    text, position = address.query, error.position
    ways = [("Search for exactly these characters", address.but(query=quoted(text)).url)]
    ways.append(("How to search", "/help"))
    if position is None or position > len(text):
        return QueryMistake(str(error), text[:_AROUND], None, "", ways)
    rest = text[position:]
    at = rest.split(maxsplit=1)[0] if rest.strip() else ""
    start = max(0, position - _AROUND)
    before = ("… " if start else "") + text[start:position]
    after = rest[len(at) : len(at) + _AROUND]
    return QueryMistake(str(error), before, at[:_AROUND], after, ways)
