"""Where a site keeps its feeds and sitemaps.

What its page names, what robots.txt names, and the usual places.

Candidates only: what an address holds is known when it was fetched. ``best_first`` ranks what was
found.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Literal

from lxml.html import HtmlElement
from pydantic import AwareDatetime

from pipeline.base import Record
from pipeline.discover.html import base_of, page_tree
from pipeline.urls import Url, identity, normalise, resolve, url_id

Kind = Literal["feed", "sitemap"]

FEED_TYPES = frozenset(
    (
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/x.atom+xml",
        "application/x-atom+xml",
        "application/xml",
        "text/xml",
        "text/rss+xml",
        "text/rss",
    )
)
"""Types of ``<link rel=alternate>`` that announce a feed; ``application/json`` is an API's."""

USUAL_FEEDS = (
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/feeds",
)
USUAL_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/sitemap.txt")
USUAL_NEWS_SITEMAPS = (
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap_news.xml",
    "/googlenews.xml",
)

_HOST = re.compile(r"^(?:https?:)?//[^/]*", re.IGNORECASE)
_FEED_HOSTS = ("feedburner.com", "feedblitz.com", "feedpress.me")
_FEED_NAME = re.compile(
    r"(?:^|[/._-])(?:rss2?|feeds?|atom|rdf)(?:$|[/._-])|=(?:rss2?|atom|feed)\b", re.IGNORECASE
)
_FEED_HOST = re.compile(r"^(?:https?://)?(?:feeds|rss)\.", re.IGNORECASE)
_FEED_FILE = re.compile(r"\.(?:xml|rss|rdf|atom)(?:\?|$)", re.IGNORECASE)
_FEED_TEXT = re.compile(r"^\W*(?:rss|atom)(?:[\s-]*(?:2\.0|feeds?))?\W*$", re.IGNORECASE)
_COMMENTS = re.compile(r"(?:^|[/=._-])comments?(?:$|[/._-])|[?&]feed=comments", re.IGNORECASE)
_COMMENTS_TITLE = re.compile(
    r"^(?:comments?|kommentare?|commentaires?|comentarios?|commenti|reacties|комментарии)\b"
    r"|\b(?:comments?|kommentar|commentaires|comentarios)[\s-]*feed\b",
    re.IGNORECASE,
)
_NEWS = re.compile(r"(?<![a-z])(?:google)?news(?![a-z])", re.IGNORECASE)
_NAMELESS = frozenset(
    (
        *("rss", "rss2", "feed", "feeds", "atom", "rdf", "xml", "json", "sitemap", "gz"),
        *("index", "default", "main", "all", "category"),
    )
)
_MOST = 40
_SAME = 0.9
_ACTIVE = timedelta(days=30)


class Place(IntEnum):
    """Where an address was found; the lower, the more it is meant for readers of feeds."""

    GIVEN = 0
    LINK = 1
    ROBOTS = 2
    PAGE = 3
    INDEX = 4
    USUAL = 5


class SourceCandidate(Record):
    """An address that may hold a feed or a sitemap."""

    url: Url
    kind: Kind
    place: Place


class FoundSource(Record):
    """A feed or sitemap that was fetched and read.

    Attributes:
        address: where to poll it.
        count: the entries of a feed, the pages of a sitemap, or the sitemaps of an index.
        newest: the newest date in it.
        news: a news sitemap.
        ids: ids of what it lists, by which the same content is known again.
        news_children: the sitemaps of an index that call themselves news.
    """

    address: Url
    kind: Kind
    place: Place
    count: int
    ids: frozenset[str]
    title: str | None = None
    language: str | None = None
    newest: AwareDatetime | None = None
    news: bool = False
    news_children: tuple[Url, ...] = ()


def named_in(content: bytes, content_type: str, url: str) -> tuple[SourceCandidate, ...]:
    """The feeds that a page names, in its order.

    The links in its head, then anchors that look like feeds.
    """
    tree = page_tree(content, content_type)
    if tree is None:
        return ()
    root = base_of(tree, url)
    found = (*_in_head(tree, root), *_in_anchors(tree, root, Url(url)))
    return distinct(candidate for candidate in found if not is_comments(candidate.url))


def _in_head(tree: HtmlElement, root: str) -> Iterator[SourceCandidate]:
    links = (link for link in tree.iter("link") if _is_feed_link(link))
    for address in _targets(links, root):
        yield SourceCandidate(url=address, kind="feed", place=Place.LINK)


def _in_anchors(tree: HtmlElement, root: str, page: Url) -> Iterator[SourceCandidate]:
    """Feeds of the page's own site, or on a host of feeds."""
    anchors = (anchor for anchor in tree.iter("a") if _is_feed_anchor(anchor))
    near = {page.registrable_domain, *_FEED_HOSTS}
    for address in _targets(anchors, root):
        if address.registrable_domain in near:
            yield SourceCandidate(url=address, kind="feed", place=Place.PAGE)


def _targets(elements: Iterable[HtmlElement], root: str) -> Iterator[Url]:
    """Where links lead, those left out that cannot be fetched."""
    for element in elements:
        if address := resolve(element.get("href"), root):
            yield address


def usual_places(url: str, paths: Iterable[str], kind: Kind) -> tuple[SourceCandidate, ...]:
    """The usual places on the host of a page."""
    return tuple(
        SourceCandidate(url=normalise(path, base=url), kind=kind, place=Place.USUAL)
        for path in paths
    )


def sitemaps_of_robots(lines: Iterable[str], url: str) -> tuple[SourceCandidate, ...]:
    """The sitemaps that robots.txt names, those of news first.

    Ones of other sites cannot speak for this one.
    """
    own = Url(url).registrable_domain
    addresses: list[Url] = []
    for line in lines:
        address = resolve(line, url)
        if address and address.registrable_domain == own:
            addresses.append(address)
    addresses.sort(key=lambda address: not is_news(address))
    return distinct(
        SourceCandidate(url=address, kind="sitemap", place=Place.ROBOTS) for address in addresses
    )


def distinct(candidates: Iterable[SourceCandidate]) -> tuple[SourceCandidate, ...]:
    """Each address once, and no more of them than a site should be asked for."""
    first: dict[str, SourceCandidate] = {}
    for candidate in candidates:
        first.setdefault(url_id(candidate.url), candidate)
    return tuple(first.values())[:_MOST]


def is_comments(address: str, title: str | None = None) -> bool:
    """Whether a feed holds readers' comments."""
    return bool(_COMMENTS.search(_path(address)) or _COMMENTS_TITLE.search(title or ""))


def looks_like_a_feed(address: str) -> bool:
    """Whether an address has the form of a feed's."""
    path = _path(address)
    if _FEED_NAME.search(path) or _FEED_FILE.search(path):
        return True
    return _FEED_HOST.match(address) is not None


def is_news(address: str) -> bool:
    """Whether a sitemap's path calls itself news."""
    return bool(_NEWS.search(_path(address)))


def best_first(found: Iterable[FoundSource], now: datetime) -> tuple[FoundSource, ...]:
    """Feeds before sitemaps, active before inactive ones, then by where they were found.

    Each content once.
    """
    ranked = sorted(found, key=lambda each: _rank(each, now))
    kept: list[FoundSource] = []
    for each in ranked:
        if not any(_same(each, other) for other in kept):
            kept.append(each)
    return tuple(kept)


def words_for_id(found: FoundSource) -> str:
    """What tells this feed or sitemap from its site's others: "sport", "news-sitemap"."""
    path = identity(found.address).partition("/")[2].lower()
    words = [word for word in re.findall(r"[a-z0-9]+", path) if word not in _NAMELESS]
    if found.kind == "sitemap":
        words = [word for word in words if word != "news"]
        words += ["news", "sitemap"] if found.news else ["sitemap"]
    return "-".join(words[-3:])


def _rank(found: FoundSource, now: datetime) -> tuple[object, ...]:
    active = found.count > 0 and found.newest is not None and found.newest >= now - _ACTIVE
    depth = len(identity(found.address))
    return found.kind != "feed", not active, not found.news, found.place, depth


def _same(left: FoundSource, right: FoundSource) -> bool:
    if left.kind != right.kind:
        return False
    if identity(left.address) == identity(right.address):
        return True
    together = len(left.ids | right.ids)
    return bool(together) and len(left.ids & right.ids) / together >= _SAME


def _is_feed_link(link: HtmlElement) -> bool:
    relations = (link.get("rel") or "").lower().split()
    kind = (link.get("type") or "").partition(";")[0].strip().lower()
    if not {"alternate", "feed"} & set(relations) or is_comments("", link.get("title")):
        return False
    return kind in FEED_TYPES or ("feed" in relations and not kind)


def _is_feed_anchor(anchor: HtmlElement) -> bool:
    address = anchor.get("href") or ""
    if (anchor.get("type") or "").lower() in FEED_TYPES - {"text/xml", "application/xml"}:
        return True
    text = "".join(str(part) for part in anchor.itertext())[:40]
    return bool(_FEED_NAME.search(_path(address)) or _FEED_TEXT.match(text))


def _path(address: str) -> str:
    """All of an address, absolute or not, that follows its host."""
    return _HOST.sub("", address).partition("#")[0]
