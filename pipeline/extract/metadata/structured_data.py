"""What a page says of itself in structured data, read once from its tree before anything changes the tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element

from pipeline.extract.metadata.jsonld import (
    ARTICLE_TYPES,
    Node,
    as_list,
    read_nodes,
    scripts_of,
    strings,
    types_of,
)
from pipeline.text.cleaning import letters, plain, raw_text
from pipeline.urls import Url

# Meta names in which a site says its own name.
SITE_NAME_META = (
    "og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site", "al:ios:app_name",
    "al:android:app_name", "publisher", "dc.publisher", "article:publisher",
)  # fmt: skip

VISIBLE_PROPERTIES = frozenset({"articlesection", "headline", "description", "keywords"})
"""Microdata taken from visible elements; dates and authors are read where they are looked for."""

MAX_SITE_NODES = 50

NESTED = frozenset(
    {
        "isPartOf",
        "hasPart",
        "liveBlogUpdate",
        "itemListElement",
        "mentions",
        "comment",
        "citation",
        "relatedLink",
    }
)
"""Properties whose articles are others than the page's own."""


@dataclass(frozen=True, slots=True)
class StructuredData:
    """Structured data of one page; nothing is what a text dump has.

    Attributes:
        article: the JSON-LD node of the page's own article; empty when there is none.
        nodes: all JSON-LD nodes, flat.
        by_id: nodes by their ``@id``, for references.
        meta: contents of ``<meta>`` by lower-case name, property or itemprop, in page order.
        links: ``<link>`` addresses by relation.
        title_tag: the text of ``<title>``.
        language: the ``lang`` of ``<html>``.
        types: all JSON-LD types on the page.
        site_names: what the site calls itself, to be compared by letters.
    """

    article: Node = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    by_id: dict[str, Node] = field(default_factory=dict)
    meta: dict[str, tuple[str, ...]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    title_tag: str = ""
    language: str | None = None
    types: frozenset[str] = field(default_factory=frozenset)
    site_names: frozenset[str] = field(default_factory=frozenset)

    def first(self, *names: str) -> str | None:
        """The first non-empty meta value under these names, as plain text."""
        return next(self.all(*names), None)

    def all(self, *names: str) -> Iterator[str]:
        """All meta values under these names, in the order of the names, as plain text."""
        for name in names:
            for value in self.meta.get(name, ()):
                text = plain(value)
                if text:
                    yield text

    def said(self, *names: str) -> Iterator[str]:
        """The strings that the article's JSON-LD has under these names, as plain text."""
        for name in names:
            for value in strings(self.article.get(name)):
                text = plain(value)
                if text:
                    yield text


def read_structured_data(tree: _Element, url: str) -> StructuredData:
    """Everything structured, from one walk over the heads and one over the scripts."""
    nodes = read_nodes(scripts_of(tree))
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = element.get("content")
        if content:
            for attribute in ("property", "name", "itemprop"):
                for name in (element.get(attribute) or "").lower().split()[:3]:
                    meta.setdefault(name, []).append(content)
    for name, value in _microdata(tree):
        meta.setdefault(name, [value])
    links: dict[str, str] = {}
    for element in tree.iter("link"):
        for relation in (element.get("rel") or "").lower().split():
            links.setdefault(relation, element.get("href") or "")
    title = next(tree.iter("title"), None)
    title_tag = plain(raw_text(title)) if title is not None else ""
    return StructuredData(
        article=_own_article(nodes, url, title_tag),
        nodes=tuple(nodes),
        by_id={
            node["@id"]: node
            for node in reversed(nodes)
            if isinstance(node.get("@id"), str) and len(node) > 1
        },
        meta={name: tuple(values) for name, values in meta.items()},
        links=links,
        title_tag=title_tag,
        language=tree.get("lang"),
        types=frozenset(name for node in nodes for name in types_of(node)),
        site_names=_site_names(nodes, meta, url),
    )


def _microdata(tree: _Element) -> Iterator[tuple[str, str]]:
    """Visible properties that pages mark up (HTML Living Standard, 5, Microdata).

    The first of a name counts.
    """
    for element in tree.iter("span", "a", "div", "p", "h1", "h2", "strong", "li"):
        name = (element.get("itemprop") or "").lower()
        if name in VISIBLE_PROPERTIES and (
            text := plain(element.get("content") or raw_text(element))
        ):
            yield name, text


def _site_names(nodes: list[Node], meta: dict[str, list[str]], url: str) -> frozenset[str]:
    """The site's names in meta tags, as JSON-LD's publisher or web site, and in its address."""
    said = [value for name in SITE_NAME_META for value in meta.get(name, ())]
    for node in nodes[:MAX_SITE_NODES]:
        said += strings(node.get("publisher"))
        if "WebSite" in types_of(node) or "NewsMediaOrganization" in types_of(node):
            said += strings(node.get("name"))
    labels = Url(url).host.split(".")
    said += [max(labels[:-1] or labels, key=len)]
    return frozenset(name for value in said if (name := letters(plain(value))))


def _own_article(nodes: list[Node], url: str, title_tag: str) -> Node:
    """The article that the page is about.

    By its address, its headline in the page's title, or its place.
    """
    articles = [
        node for node in nodes if ARTICLE_TYPES.intersection(types_of(node)) and len(node) > 3
    ]
    others = {id(item) for node in nodes for name in NESTED for item in as_list(node.get(name))}
    articles = [node for node in articles if id(node) not in others] or articles
    if not articles:
        return {}
    heading = letters(title_tag)

    def rank(node: Node) -> tuple[bool, bool, bool]:
        headline = letters(plain(next(strings(node.get("headline")), "")))
        addresses = {*strings(node.get("url")), *_addresses(node.get("mainEntityOfPage"))}
        return (
            bool(headline) and headline in heading,
            any(_same_address(address, url) for address in addresses),
            "datePublished" in node,
        )

    best = max(articles, key=rank)
    return _completed(best, [node for node in articles if node is not best and rank(node)[0]])


def _completed(node: Node, twins: list[Node]) -> Node:
    """Pages describe one article in two scripts: what one leaves out, the other may say."""
    merged = dict(node)
    for twin in twins:
        for name, value in twin.items():
            merged.setdefault(name, value)
    return merged


def _addresses(value: object) -> Iterator[str]:
    for item in as_list(value):
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from (
                address
                for address in (item.get("@id"), item.get("url"))
                if isinstance(address, str)
            )


def _same_address(left: str, right: str) -> bool:
    return _without_query(left) == _without_query(right)


def _without_query(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/")
