"""The links of a text to other sites, for those who ask who cites whom (``links_to:``)."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lxml.html import HtmlElement

from pipeline.extract.metadata.addresses import same_site
from pipeline.text.cleaning import letters
from pipeline.urls import Url, resolve
from pipeline.urls.variants import registrable_domain

MAX_OUTLINKS = 200
"""Links of one article that are kept; no text of a person has more."""

MAX_CANDIDATES = 2_000
"""Links of a page that are looked at."""

SAME_START = 60
"""Letters of a long paragraph's beginning by which it is found in the text."""

_HOST = re.compile(r"https?:/*+([^/?#:]*+)", re.IGNORECASE)
"""An address up to its host: a quick look before ``normalise``, which takes longer."""

_BLOCK_NAMES = """
    address article aside blockquote body dd div dt figcaption footer h1 h2 h3 h4 h5 h6 header li
    main nav p pre section td th
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())


class PageLink(NamedTuple):
    """A link of a page that seems to lead to another site.

    Attributes:
        address: where it leads, as it is written, with its scheme.
        anchor: the letters that are linked.
        block: the letters of the paragraph it stands in.
    """

    address: str
    anchor: str
    block: str


def links_out(tree: HtmlElement, page: Url) -> list[PageLink]:
    """The links of a page to other sites, in its order. The search for the body changes the tree.

    Args:
        tree: of the page.
        page: its address; links to other hosts of its registrable domain are its own.
    """
    own = _site(page.hostname)
    known: dict[HtmlElement, str] = {}
    found = []
    for anchor in tree.iter("a"):
        address = _elsewhere(anchor.get("href"), own)
        if address is None:
            continue
        block = _block_of(anchor)
        if block not in known:
            known[block] = letters(block.text_content())
        found.append(PageLink(address, letters(anchor.text_content()), known[block]))
        if len(found) == MAX_CANDIDATES:
            break
    return found


def outlinks(links: Iterable[PageLink], body: str, page: Url) -> tuple[Url, ...]:
    """Those that stand in the article's text, each once, as they would be fetched.

    A link belongs to the text when its paragraph is one of the text's. A long paragraph is known by
    its beginning, since what is no text may have been taken out of it.
    """
    paragraphs = {letters(line) for line in body.splitlines()}
    whole = letters(body)
    kept: dict[Url, None] = {}
    for link in links:
        url = resolve(link.address, page) if _is_in(link, paragraphs, whole) else None
        if url is not None and not same_site(url, page):
            kept[url] = None
    return tuple(kept)[:MAX_OUTLINKS]


def _is_in(link: PageLink, paragraphs: set[str], whole: str) -> bool:
    if not link.anchor:
        return False
    if len(link.block) < SAME_START:
        return link.block in paragraphs
    return link.block[:SAME_START] in whole and link.anchor in whole


def _elsewhere(address: str | None, own: str) -> str | None:
    """The address with its scheme, when it leads to another site."""
    written = (address or "").strip()
    whole = f"https:{written}" if written.startswith("//") else written
    found = _HOST.match(whole)
    return whole if found and _site(found[1].lower()) != own else None


def _site(host: str) -> str:
    return registrable_domain(host) or host


def _block_of(anchor: HtmlElement) -> HtmlElement:
    for element in anchor.iterancestors():
        if element.tag in _BLOCKS:
            return element
    return anchor
