"""What tells kinds of pages apart, counted before boilerplate is taken out of the tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element

from pipeline.extract.body.boilerplate import Sizes
from pipeline.extract.body.hidden_text import uncover
from pipeline.extract.metadata.addresses import is_front
from pipeline.extract.metadata.jsonld import ARTICLE_TYPES
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.cleaning import letters, raw_text, text_of
from pipeline.urls import Url

_SCRIPT_NEEDED = re.compile(
    r"(?:enable|activate|requires?|need) (?:to )?(?:enable )?javascript"
    r"|javascript (?:is|aktivieren|disabled)",
    re.IGNORECASE,
)
_TYPE_META = ("og:type", "dc.type", "parsely-type", "page_type", "pagetype")
_ARTICLE_NAMES = frozenset({"article", "news", "story", "post", "newsarticle", "blogposting"})
_ITEMS = ("li", "div", "td", "article", "section")
MIN_ITEM = 12
"""Characters of an item that announces a page; a menu's have fewer."""

MIN_HEADLINE = 25
"""Characters of a link that is the headline of a page."""

MAX_LEAD = 300
"""Characters of what announces a page under its headline; a round-up says more of each."""

_DATE_META = ("article:published_time", "datepublished", "parsely-pub-date")


@dataclass(frozen=True, slots=True)
class PageFeatures:
    """Counts over a page.

    Attributes:
        text: characters of all text.
        linked: of those, inside links.
        teasers: headings that are links to other pages.
        scripted: whether it says that it needs JavaScript.
        teaser_texts: the letters of headings that are links, of what stands under them, and of
            items that are links.
        headlines: links as long as headlines, outside of navigation and footer; counted on front
            pages only.
    """

    text: int
    linked: int
    teasers: int
    scripted: bool
    teaser_texts: frozenset[str] = frozenset()
    headlines: int = 0


def read_page_features(
    tree: _Element, data: StructuredData, url: Url
) -> tuple[PageFeatures, Sizes]:
    """Counts the features, and measures all elements.

    A page that is declared an article has no teaser texts: it is not a list. Measuring takes
    scripts
    and the like out of the tree.
    """
    needs_script = _needs_script(tree)
    sizes = uncover(tree)
    size = sizes[tree]
    linked = [heading for heading in tree.iter("h2", "h3") if _is_link(heading, sizes, url)]
    teasers = [] if is_called_article(data) else [*_teasers(tree, linked, sizes)]
    texts = (letters(text_of(element)) for element in teasers)
    features = PageFeatures(
        text=size.text,
        linked=size.linked,
        teasers=len(linked),
        scripted=needs_script,
        teaser_texts=frozenset(filter(None, texts)),
        headlines=_headlines(tree, sizes) if is_front(url) else 0,
    )
    return features, sizes


def _headlines(tree: _Element, sizes: Sizes) -> int:
    return sum(_is_headline(link, sizes) for link in tree.iter("a"))


def _is_headline(link: _Element, sizes: Sizes) -> bool:
    """Whether a link is as long as a headline, and in the page's main part."""
    if sizes[link].text < MIN_HEADLINE:
        return False
    return next(link.iterancestors("nav", "footer"), None) is None


def is_called_article(data: StructuredData) -> bool:
    """True when structured data calls the page an article, or has an article's date."""
    if data.article and ARTICLE_TYPES.intersection(data.types):
        return True
    if any(value.lower() in _ARTICLE_NAMES for value in data.all(*_TYPE_META)):
        return True
    return data.first(*_DATE_META) is not None


def _needs_script(tree: _Element) -> bool:
    """True when the page says that it shows nothing without JavaScript."""
    return any(_SCRIPT_NEEDED.search(raw_text(element)) for element in tree.iter("noscript"))


def _is_link(heading: _Element, sizes: Sizes, url: Url) -> bool:
    """True for a heading that leads to another page: it is in a link, or most of it is one.

    Marks to link to a section or to edit it are a small part of it, or lead to the page itself.
    """
    parent = heading.getparent()
    if parent is not None and parent.tag == "a":
        return True
    own = url.path.rstrip("/")
    for link in heading.iter("a"):
        path = (link.get("href") or "").partition("#")[0].partition("?")[0].rstrip("/")
        is_other = bool(path) and not (own and path.endswith(own))
        if is_other and sizes[link].text * 2 >= sizes[heading].text:
            return True
    return False


def _teasers(tree: _Element, linked: list[_Element], sizes: Sizes) -> Iterator[_Element]:
    """What announces other pages: linked headings with what is under them, and linked items."""
    for heading in linked:
        yield heading
        yield from (part for part in _under(heading) if sizes[part].text <= MAX_LEAD)
    for item in tree.iter(*_ITEMS):
        size = sizes[item]
        is_linked = size.text >= MIN_ITEM and size.linked * 2 > size.text
        if is_linked and next(item.iterdescendants(*_ITEMS), None) is None:
            yield item


def _under(heading: _Element) -> list[_Element]:
    """What stands under a heading: its date and its paragraph."""
    beside = list(heading.itersiblings())
    parent = heading.getparent()
    if parent is not None and parent.tag in {"a", "header"}:
        beside += parent.itersiblings()
    return [element for element in beside if element.tag in {"p", "div"}][:2]
