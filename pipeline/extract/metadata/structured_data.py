"""What a page says of itself in structured data (JSON-LD, meta tags, microdata, links)."""

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
from pipeline.urls import Url, resolve

# Meta names in which a site says its own name.
SITE_NAME_META = ("og:site_name", "publisher", "dc.publisher", "article:publisher")

MAX_SITE_NODES = 50
MAX_NAMES = 3
MIN_PROPERTIES = 4
SITE_TYPES = frozenset({"WebSite", "NewsMediaOrganization"})

NESTED = frozenset(
    {
        "isPartOf",
        "hasPart",
        "liveBlogUpdate",
        "itemListElement",
        "item",
        "mentions",
        "comment",
        "citation",
        "relatedLink",
    }
)
"""Properties whose articles are others than the page's own."""


@dataclass(frozen=True, slots=True)
class StructuredData:
    """Structured data of one page; plain text has none.

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

    def article_texts(self, *names: str) -> Iterator[str]:
        """The strings that the article's JSON-LD has under these names, as plain text."""
        for name in names:
            for value in strings(self.article.get(name)):
                text = plain(value)
                if text:
                    yield text


def read_structured_data(tree: _Element, url: Url) -> StructuredData:
    """Everything structured, before anything changes the tree."""
    nodes = read_nodes(scripts_of(tree))
    meta = _read_meta(tree)
    title = next(tree.iter("title"), None)
    title_tag = "" if title is None else plain(raw_text(title))
    links = _read_links(tree)
    canonical = resolve(links.get("canonical"), url)
    addresses = [url, Url(canonical)] if canonical else [url]
    return StructuredData(
        article=_own_article(nodes, addresses, [title_tag, *meta.get("og:title", ())]),
        nodes=tuple(nodes),
        by_id=_by_id(nodes),
        meta={name: tuple(values) for name, values in meta.items()},
        links=links,
        title_tag=title_tag,
        language=tree.get("lang"),
        types=frozenset(name for node in nodes for name in types_of(node)),
        site_names=_site_names(nodes, meta, url),
    )


def _read_meta(tree: _Element) -> dict[str, list[str]]:
    """Contents of meta tags by their names."""
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = element.get("content") or element.get("value")
        if content:
            for name in _names_of_meta(element):
                meta.setdefault(name, []).append(content)
    return meta


def _names_of_meta(element: _Element) -> Iterator[str]:
    for attribute in ("property", "name", "itemprop"):
        yield from (element.get(attribute) or "").lower().split()[:MAX_NAMES]


def _read_links(tree: _Element) -> dict[str, str]:
    """The first address of each relation."""
    links: dict[str, str] = {}
    for element in tree.iter("link"):
        for relation in (element.get("rel") or "").lower().split():
            links.setdefault(relation, element.get("href") or "")
    return links


def _by_id(nodes: list[Node]) -> dict[str, Node]:
    """The first node of each ``@id`` that is more than a reference."""
    known: dict[str, Node] = {}
    for node in nodes:
        if isinstance(node.get("@id"), str) and len(node) > 1:
            known.setdefault(node["@id"], node)
    return known


def _site_names(nodes: list[Node], meta: dict[str, list[str]], url: Url) -> frozenset[str]:
    """The site's names in meta tags, as JSON-LD's publisher or web site, and in its address."""
    names = [value for name in SITE_NAME_META for value in meta.get(name, ())]
    for node in nodes[:MAX_SITE_NODES]:
        names += strings(node.get("publisher"))
        if SITE_TYPES.intersection(types_of(node)):
            names += strings(node.get("name"))
    labels = url.host.split(".")
    names.append(max(labels[:-1] or labels, key=len))
    return frozenset(filter(None, (letters(plain(name)) for name in names)))


def _own_article(nodes: list[Node], addresses: list[Url], titles: list[str]) -> Node:
    """The article that the page is about.

    By its headline in the page's titles, its address, or its place. One in a list of articles, or
    with the address of another page of the site, is only that by its headline or address.
    """
    headings = [letters(title) for title in titles]
    nested = {id(item) for node in nodes for item in _nested(node)}

    def rank(node: Node) -> tuple[bool, bool, bool]:
        is_alone = id(node) not in nested
        is_own = (_is_titled(node, headings), _has_address(node, addresses))
        return (is_alone and (any(is_own) or not _is_of_site(node, addresses)), *is_own)

    ranked = [(rank(node), node) for node in _articles_among(nodes)]
    candidates = [(place, node) for place, node in ranked if any(place)]
    if not candidates:
        return {}
    return max(candidates, key=lambda pair: (*pair[0], "datePublished" in pair[1]))[1]


def _is_titled(node: Node, headings: list[str]) -> bool:
    """Whether its headline is in a title of the page."""
    headline = letters(plain(next(strings(node.get("headline")), "")))
    return bool(headline) and any(headline in heading for heading in headings)


def _articles_among(nodes: list[Node]) -> list[Node]:
    return [
        node
        for node in nodes
        if len(node) >= MIN_PROPERTIES and ARTICLE_TYPES.intersection(types_of(node))
    ]


def _nested(node: Node) -> Iterator[object]:
    """What a node has as parts or mentions of it."""
    for name in NESTED:
        yield from as_list(node.get(name))


def _has_address(node: Node, addresses: list[Url]) -> bool:
    """Whether it has one of the page's own addresses."""
    own = {_without_query(address) for address in addresses}
    return any(_without_query(address) in own for address in _addresses(node, addresses[0]))


def _is_of_site(node: Node, addresses: list[Url]) -> bool:
    """Whether it has an address on the page's host, other than its front page."""
    hosts = {address.host for address in addresses}
    return any(
        address.host in hosts and address.path != "/" for address in _addresses(node, addresses[0])
    )


def _addresses(node: Node, base: Url) -> Iterator[Url]:
    for item in (*as_list(node.get("url")), *as_list(node.get("mainEntityOfPage"))):
        named = (item.get("@id"), item.get("url")) if isinstance(item, dict) else (item,)
        for name in named:
            if isinstance(name, str) and "/" in name and (address := resolve(name, base)):
                yield address


def _without_query(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/")
