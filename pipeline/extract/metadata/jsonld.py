"""JSON-LD as pages really have it.

Graphs, arrays, nesting, several scripts, HTML-escaped, and broken.

Shapes: https://www.w3.org/TR/json-ld11/ and https://schema.org/docs/gs.html; only what publishers
use of them.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lxml.etree import _Element

Node = Mapping[str, Any]

_ARTICLE_TYPES = """
    Article NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle
    BackgroundNewsArticle
    AskPublicNewsArticle ReviewNewsArticle AdvertiserContentArticle SatiricalArticle BlogPosting
    LiveBlogPosting SocialMediaPosting Report ScholarlyArticle TechArticle MedicalScholarlyArticle
    Review
    CriticReview Recipe HowTo
"""
ARTICLE_TYPES = frozenset(_ARTICLE_TYPES.split())
"""schema.org's Article and its subtypes, and what newspapers also print."""

LISTING_TYPES = frozenset(
    {"CollectionPage", "SearchResultsPage", "ProfilePage", "ContactPage", "CheckoutPage"}
)
"""Types of pages that are no article."""

MAX_NODES = 2000
"""Objects looked at on one page."""

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*(?:;\s*)?$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_FIELD = re.compile(
    r"\"(@type|headline|datePublished|dateModified|dateCreated|description|articleSection|url|inLanguage)\""
    r"\s*:\s*\"((?:[^\"\\]|\\.){1,2000})\""
)
_AUTHOR_NAME = re.compile(
    r"\"author\"\s*:[\[{\s]*+[^\]}]{0,200}?\"name\"\s*:\s*\"((?:[^\"\\]|\\.){1,200})\""
)


def scripts_of(tree: _Element) -> list[str]:
    """The text of each JSON-LD script."""
    return [
        element.text
        for element in tree.iter("script")
        if element.text and "ld+json" in (element.get("type") or "").lower()
    ]


def read_nodes(scripts: Iterable[str]) -> list[Node]:
    """Every object with a type, outer ones first, as one flat list."""
    documents = (document for script in scripts for document in _documents(script))
    nodes = (node for document in documents for node in _walk(document))
    return list(nodes)[:MAX_NODES]


def types_of(node: Node) -> tuple[str, ...]:
    """The names of a node's types, without vocabulary prefixes."""
    return tuple(
        str(name).rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        for name in as_list(node.get("@type"))
        if isinstance(name, str)
    )


def as_list(value: object) -> list[Any]:
    """A JSON-LD value as the list it stands for: nothing, one thing, or several."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def strings(value: object) -> Iterator[str]:
    """The strings in a value: itself, its items, or an object's ``@value``, ``name``."""
    for item in as_list(value):
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from strings(item.get("@value") or item.get("name"))


def _documents(script: str) -> Iterator[Any]:
    text = _WRAPPING.sub("", script).strip()
    for attempt in (_as_is, _escaped, _repaired):
        documents = list(attempt(text))
        if documents:
            yield from documents
            return
    yield from _torn(text)


def _as_is(text: str) -> Iterator[Any]:
    """All JSON values that follow each other; an error after the first is no reason to lose it."""
    decoder, position = json.JSONDecoder(strict=False), 0
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield value
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1


def _escaped(text: str) -> Iterator[Any]:
    return _as_is(html.unescape(text)) if "&quot;" in text or "&#34;" in text else iter(())


def _repaired(text: str) -> Iterator[Any]:
    return _as_is(_TRAILING_COMMA.sub(r"\1", text).replace("\\'", "'"))


def _torn(text: str) -> Iterator[Node]:
    """What single fields still say when the whole cannot be read."""
    found: dict[str, Any] = {}
    for name, value in _FIELD.findall(text):
        found.setdefault(name, value.replace('\\"', '"').replace("\\/", "/"))
    author = _AUTHOR_NAME.search(text)
    if author:
        found["author"] = author[1]
    if "@type" in found and found["@type"] not in ARTICLE_TYPES and "datePublished" in found:
        found["@type"] = "Article"
    if found:
        yield found


def _walk(document: object) -> Iterator[Node]:
    """Breadth first, so that an article comes before what is nested in it."""
    level: list[Any] = [document]
    budget = MAX_NODES * 5
    while level and budget > 0:
        below: list[Any] = []
        for value in level:
            budget -= 1
            if isinstance(value, list):
                below.extend(value)
            elif isinstance(value, dict):
                if "@type" in value or "@id" in value:
                    yield value
                below.extend(item for item in value.values() if isinstance(item, (dict, list)))
        level = below
