"""What follows from an article's attributes, for queries.

For the fields ``dated``, ``has``, ``is`` and ``links_to``.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations

from pipeline.records import EnrichedArticle

DATED = ("sure", "likely", "doubtful", "none")
"""How sure the date of publication is."""

_STRONG = frozenset({"json-ld", "meta", "feed", "selector"})
"""Kinds of evidence that the publisher, or an operator's selector, gives for this very purpose."""

_DISAGREEMENT = timedelta(days=1)


def dated(article: EnrichedArticle) -> tuple[str]:
    """One of ``DATED``.

    ``doubtful`` when two kinds of evidence are more than a day apart; else ``sure`` by one strong
    kind (structured data, meta tags, the feed), or by two kinds that agree on the day; else
    ``likely``. Dates that one kind gives twice are no second opinion.
    """
    if article.published is None:
        return ("none",)
    by_kind = {each.provenance: each.value for each in reversed(article.published_evidence)}
    pairs = list(combinations(by_kind.values(), 2))
    if any(abs(one - other) > _DISAGREEMENT for one, other in pairs):
        return ("doubtful",)
    if _STRONG & by_kind.keys() or any(one.date() == other.date() for one, other in pairs):
        return ("sure",)
    return ("likely",)


_PARTS: dict[str, Callable[[EnrichedArticle], object]] = {
    "image": lambda article: article.image,
    "author": lambda article: article.authors,
    "date": lambda article: article.published,
    "section": lambda article: article.section,
    "tag": lambda article: article.tags,
    "description": lambda article: article.description,
    "agency": lambda article: article.agency,
}

COPY = "copy"
"""The trait of articles that a search leaves out unless it is asked for them."""

_TRAITS: dict[str, Callable[[EnrichedArticle], bool]] = {
    COPY: lambda article: article.duplicate_of is not None,
    "original": lambda article: article.duplicate_of is None,
    "updated": lambda article: article.version > 1,
    "free": lambda article: article.free is True,
    "paid": lambda article: article.free is False,
    "truncated": lambda article: article.truncated,
}

PARTS = tuple(_PARTS)
TRAITS = tuple(_TRAITS)


def has(article: EnrichedArticle) -> tuple[str, ...]:
    """The names of ``PARTS`` that the article has."""
    return tuple(name for name, part in _PARTS.items() if part(article))


def traits(article: EnrichedArticle) -> tuple[str, ...]:
    """The names of ``TRAITS`` that the article has."""
    return tuple(name for name, is_so in _TRAITS.items() if is_so(article))


def links_to(article: EnrichedArticle) -> tuple[str, ...]:
    """The host names that its text links to, with the domains above them.

    Up to what one owner registered: ``news.example.co.uk``, ``example.co.uk``.
    """
    found: dict[str, None] = {}
    for url in article.outlinks:
        name, top = url.hostname, url.registrable_domain or url.hostname
        found[name] = None
        while name.endswith(f".{top}"):
            name = name.partition(".")[2]
            found[name] = None
    return tuple(found)
