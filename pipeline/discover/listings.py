"""Sites without a feed: which links of a section page lead to articles.

The form of an address (its *shape*) tells: ``/news/2026/11/ferry-crews-go-back`` and
``/news/2026/10/the-fire-is-out`` are one shape, ``/about/contact`` is another. What became of links
of a shape on this site decides once there is enough of it; until then the address must be like an
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
from pipeline.urls.shape import is_article_shape, shape_of

MAX_ANCHORS, MAX_LINKS = 3_000, 300
"""Anchors of one page that are read, and different links that are taken from them."""

ENOUGH = 3
"""Outcomes of a shape from which on they decide."""

MOSTLY = 1 / 3
"""Share of a shape's links that must have been articles: sections share shapes with videos."""

HEADLINE_WORDS, HEADLINE_LETTERS = 3, 12
"""What the text of a link to an article has at the least; either will do, for scripts without
spaces."""

_BOILERPLATE_TAGS = ("nav", "footer", "aside", "form")
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
    """How many links of a shape led to articles on one site, and how many did not."""

    articles: int = 0
    others: int = 0


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
    if not reference or reference.startswith("#"):
        return None
    if any(part.tag in _BOILERPLATE_TAGS for part in anchor.iterancestors()):
        return None
    address = resolve(reference, base)
    if address is None or Url(address).registrable_domain != Url(url).registrable_domain:
        return None
    return None if _NO_PAGE.search(address.path) else address


def _teaser(link: Link, text: str) -> Teaser:
    shape = shape_of(link.url)
    headline = len(text.split()) >= HEADLINE_WORDS or len(text) >= HEADLINE_LETTERS
    return Teaser(
        link=link.model_copy(update={"title": text or None}),
        shape=shape,
        looks_right=headline and is_article_shape(shape),
    )


def learned(
    known: Mapping[str, LinkTally], outcomes: Iterable[tuple[str, bool]]
) -> dict[str, LinkTally]:
    """The tallies with what became of links: pairs of shape and whether it was an article.

    The links of a page are counted again at every poll, so that the larger count of before and now
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

    By its shape's outcomes if there are enough, else by its address and text.
    """
    tally = tallies.get(teaser.shape, LinkTally())
    seen = tally.articles + tally.others
    if seen < ENOUGH:
        return teaser.looks_right
    return tally.articles >= MOSTLY * seen
