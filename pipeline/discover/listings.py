"""Sites without a feed: which links of a section page lead to articles.

The form of an address (its *shape*) tells: ``/news/2026/11/ferry-crews-go-back`` and
``/news/2026/10/the-fire-is-out`` are one shape, ``/about/contact`` is another. What became of links
of a shape on this site decides once there is enough of it; until then the address must look like an
article's and its text like a headline.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from lxml.etree import _Element

from pipeline.base import Record
from pipeline.discover.html import base_of, page_tree
from pipeline.records import FoundBy, Link
from pipeline.text.cleaning import text_of
from pipeline.urls import Url, resolve, url_id

MAX_ANCHORS, MAX_LINKS = 3_000, 300
"""Anchors of one page that are looked at, and different links that are taken from them."""

ENOUGH = 3
"""Outcomes of a shape from which on they decide."""

MOSTLY = 1 / 3
"""Part of a shape's links that must have been articles: rubrics share shapes with videos and live tickers."""

HEADLINE_WORDS, HEADLINE_LETTERS = 3, 12
"""What the text of a link to an article has at the least; either will do, for scripts without spaces."""

_SLUG_WORDS = 3
_LONG_NUMBER = 5
_FURNITURE = ("nav", "footer", "aside", "form")
_PARTS = re.compile(r"[-_+.]+|%20")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FILE = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|cms|ece)$", re.IGNORECASE)
_NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|zip|xml|rss|css|js|json|ics)$", re.IGNORECASE
)


class NotAPage(ValueError):  # noqa: N818 - named after what it is
    """A section page that cannot be read as HTML."""


class Teaser(Record):
    """A link of a section page.

    Attributes:
        link: where it leads; its title is the longest text that the page gives it.
        shape: the form of its address.
        looks_right: its address and text are those of an article, as far as one can tell without
            knowing the site.
    """

    link: Link
    shape: str
    looks_right: bool


class LinkTally(Record):
    """What became of the links of a shape on one site."""

    articles: int = 0
    others: int = 0


def shape_of(url: str) -> str:
    """The form of a normalised URL's path and query, with what differs between articles taken out.

    >>> shape_of("https://a.example/news/2026/11/ferry-crews-go-back-to-work-1234567.html?id=7")
    '/w/Y/n/slug-N.html?id'
    """
    address = Url(url)
    segments = address.path[1:].rstrip("/").split("/")
    path = "/" + "/".join(map(_form_of, segments))
    names = sorted({piece.partition("=")[0] for piece in address.query.split("&") if piece})
    return f"{path}?{'&'.join(names)}" if names else path


def _form_of(segment: str) -> str:
    ending = _FILE.search(segment)
    name = segment[: ending.start()] if ending else segment
    words = [word for word in _PARTS.split(name) if word]
    numbers = [word for word in words if word.isdigit()]
    if len(words) == len(numbers) == 1:
        form = "Y" if _YEAR.fullmatch(name) else "N" if len(name) >= _LONG_NUMBER else "n"
    else:
        form = "slug" if len(words) - len(numbers) >= _SLUG_WORDS else "w" if words else ""
        form += "-N" if any(len(number) >= _LONG_NUMBER for number in numbers) else ""
    return form + (ending[0].lower() if ending else "")


def parse_listing(
    content: bytes, content_type: str, *, url: str, source: str
) -> tuple[Teaser, ...]:
    """The links of a section page to pages of its own site, each page once, in the page's order.

    Args:
        content: the document as it was fetched.
        content_type: the header, verbatim.
        url: where it was found, after redirects.
        source: id of the source.

    Raises:
        NotAPage: no HTML, or without a single link.
    """
    tree = page_tree(content, content_type)
    if tree is None:
        raise NotAPage("the section page is no HTML")
    base = base_of(tree, url)
    texts, found = dict[str, str](), dict[str, Link]()
    own = url_id(url)
    for anchor in itertools.islice(tree.iter("a"), MAX_ANCHORS):
        address = _followed(anchor, base, url)
        if address is None or (page := url_id(address)) == own:
            continue
        text = text_of(anchor)
        if len(text) > len(texts.get(page, "")):
            texts[page] = text[:500]
        if page not in found and len(found) < MAX_LINKS:
            found[page] = Link(url=address, source=source, found_by=FoundBy.SECTION, found_in=url)
    if not found:
        raise NotAPage(
            "the section page has no link to a page of its site; it may be made by scripts"
        )
    return tuple(_teaser(link, texts.get(page, "")) for page, link in found.items())


def _followed(anchor: _Element, base: str, url: str) -> Url | None:
    """Where an anchor of the page's middle leads, if that can be a page of the same site."""
    reference = anchor.get("href") or ""
    if (
        not reference
        or reference.startswith("#")
        or any(part.tag in _FURNITURE for part in anchor.iterancestors())
    ):
        return None
    address = resolve(reference, base)
    if address is None or Url(address).registrable_domain != Url(url).registrable_domain:
        return None
    return None if _NO_PAGE.search(address.path) else address


def _teaser(link: Link, text: str) -> Teaser:
    shape = shape_of(link.url)
    headline = len(text.split()) >= HEADLINE_WORDS or len(text) >= HEADLINE_LETTERS
    telling = "slug" in shape or "N" in shape or "/Y/" in shape
    return Teaser(
        link=link.model_copy(update={"title": text or None}),
        shape=shape,
        looks_right=telling and headline,
    )


def learned(
    known: Mapping[str, LinkTally], outcomes: Iterable[tuple[str, bool]]
) -> dict[str, LinkTally]:
    """The tallies with what became of links: pairs of shape and whether it was an article.

    The links of a page are counted again at every look, so that the larger count of before and now
    holds.
    """
    articles: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for shape, was_article in outcomes:
        (articles if was_article else others)[shape] += 1
    tallies = dict(known)
    for shape in articles.keys() | others.keys():
        before = known.get(shape, LinkTally())
        tallies[shape] = LinkTally(
            articles=max(before.articles, articles[shape]), others=max(before.others, others[shape])
        )
    return tallies


def worth_following(teaser: Teaser, tallies: Mapping[str, LinkTally]) -> bool:
    """Whether a link is taken for one to an article.

    By its shape's outcomes if there are enough, else by its looks.
    """
    tally = tallies.get(teaser.shape, LinkTally())
    seen = tally.articles + tally.others
    return tally.articles >= MOSTLY * seen if seen >= ENOUGH else teaser.looks_right
