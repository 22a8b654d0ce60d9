"""``newsloom show``: read an article in the terminal."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click
from rich.text import Text

from cli.command import Command
from cli.invocation import typed
from cli.output import clean, counted, json_option, moment, out, print_json, print_wrapped
from cli.session import session
from pipeline.records import EnrichedArticle
from search.results import Hit
from services.articles.search import find_article
from services.articles.show import ShownArticle, show_article

_LABEL_WIDTH = 12
_LIST_ITEM = re.compile(r"(?:[-•*]|\d{1,3}[.)]) ")


@click.command(cls=Command)
@click.argument("article", metavar="ID|URL")
@json_option
def show(article: str, *, as_json: bool) -> None:
    """Read an article: what is known of it, and its whole text.

    ID may be the beginning of an id, and URL any form of the article's address. --json prints all
    that is kept of it.
    """
    with session() as resources:
        index = resources.open_index()
        found = find_article(resources.stores.ledger, index, article)
        shown = show_article(index, found)
    if as_json:
        print_json(_as_json(shown))
    else:
        _show(shown)


def _as_json(shown: ShownArticle) -> dict[str, Any]:
    return {**shown.article.model_dump(), "copies": shown.copies, "also_at": shown.also_at}


def _show(shown: ShownArticle) -> None:
    article = shown.article
    print_wrapped(Text(clean(article.title), style="bold"))
    if article.authors:
        print_wrapped(Text(clean(f"by {', '.join(article.authors)}")))
    out().print()
    for label, value in _known(shown):
        _print_fact(label, clean(value))
    for paragraph in article.body.split("\n\n"):
        out().print()
        for line in paragraph.split("\n"):
            _print_line(clean(line))


def _print_fact(label: str, value: str) -> None:
    first = label.ljust(_LABEL_WIDTH)
    if "://" in value or " " not in value:
        # Addresses and ids stay in one piece, so that they can be opened and copied.
        out().print(f"{first}{value}", style="dim", markup=False)
        return
    print_wrapped(Text(value, style="dim"), first=first, rest=" " * _LABEL_WIDTH)


def _print_line(line: str) -> None:
    """A line of a paragraph; the items of a list hang from their mark."""
    mark = _LIST_ITEM.match(line)
    first = mark[0] if mark else ""
    print_wrapped(Text(line.removeprefix(first)), first=first, rest=" " * len(first))


def _known(shown: ShownArticle) -> Iterator[tuple[str, str]]:
    """What is known of an article, each with its label."""
    article = shown.article
    yield "source", article.source
    yield from _dates(article)
    described = {
        "section": article.section,
        "tags": ", ".join(article.tags),
        "keywords": ", ".join(article.keywords),
        "language": article.language,
        "agency": article.agency,
    }
    yield from ((label, value) for label, value in described.items() if value)
    yield "length", _length(article)
    yield from _addresses(article)
    yield from _relatives(shown)


def _dates(article: EnrichedArticle) -> Iterator[tuple[str, str]]:
    evidence = article.published_evidence
    if article.published is None:
        yield "published", "no date"
    else:
        origin = f" (from {evidence[0].provenance})" if evidence else ""
        yield "published", f"{_utc(article.published)}{origin}"
    for other in evidence[1:]:
        yield "", f"{other.provenance} says {_utc(other.value)}"
    if article.modified:
        yield "modified", _utc(article.modified)
    yield "first seen", _utc(article.first_seen)
    yield "fetched", _utc(article.fetched_at)


def _length(article: EnrichedArticle) -> str:
    parts = [
        counted(article.word_count, "word"),
        f"{counted(article.reading_minutes, 'minute')} to read",
    ]
    if article.truncated:
        parts.append("the text breaks off before its end")
    if article.free is False:
        parts.append("not free to read, says the publisher")
    return "; ".join(parts)


def _addresses(article: EnrichedArticle) -> Iterator[tuple[str, str]]:
    yield "URL", article.url
    if article.canonical_url != article.url:
        yield "canonical", article.canonical_url
    if article.image:
        yield "image", article.image
    for url in article.outlinks:
        yield "links to", url
    yield "id", article.id


def _relatives(shown: ShownArticle) -> Iterator[tuple[str, str]]:
    """The older versions, the copies and the original."""
    article = shown.article
    if article.version > 1:
        older = typed("history", article.id)
        yield "version", f"{article.version}; `{older}` shows the older ones"
    if shown.copies:
        yield "copies", _copies(shown)
    for copy in shown.listed:
        yield "", _copy(copy)
    match = article.duplicate_of
    if match:
        yield "copy of", f"{match.article} ({match.rule}, score {match.score:.2f})"
    if shown.original:
        yield "", f"{shown.original.source}: {shown.original.url}"


def _copies(shown: ShownArticle) -> str:
    if not shown.also_at:
        return str(shown.copies)
    return f"{shown.copies}, also at {', '.join(shown.also_at)}"


def _copy(copy: Hit) -> str:
    return f"{copy.source}: {copy.url}"


def _utc(at: datetime) -> str:
    return moment(at.timestamp())
