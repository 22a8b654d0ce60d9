"""What tells kinds of pages apart, counted before boilerplate is taken out of the tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element

from pipeline.extract.body.boilerplate import Sizes, measure
from pipeline.extract.metadata.jsonld import ARTICLE_TYPES
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.cleaning import letters, raw_text, text_of

_SCRIPT_NEEDED = re.compile(
    r"(?:enable|activate|requires?|need) (?:to )?(?:enable )?javascript"
    r"|javascript (?:is|aktivieren|disabled)",
    re.IGNORECASE,
)
_TYPE_META = ("og:type", "dc.type", "parsely-type", "page_type", "pagetype")
_ARTICLE_NAMES = frozenset({"article", "news", "story", "post", "newsarticle", "blogposting"})
_DATE_META = ("article:published_time", "datepublished", "parsely-pub-date")


@dataclass(frozen=True, slots=True)
class PageFeatures:
    """Counts over a page.

    Attributes:
        text: characters of all text.
        linked: of those, inside links.
        teasers: headings that are links to other pages.
        password: whether the page has a field for one.
        scripted: whether it says that it needs JavaScript.
        teaser_texts: the letters of headings that are links, of what stands under them, and of list
            items that are links.
    """

    text: int
    linked: int
    teasers: int
    password: bool
    scripted: bool
    teaser_texts: frozenset[str] = frozenset()


def read_page_features(tree: _Element, data: StructuredData) -> tuple[PageFeatures, Sizes]:
    """Counts the features, and measures all elements.

    A page that is declared an article has no teaser texts: it is not a list. Measuring takes
    scripts
    and the like out of the tree.
    """
    needs_script = _needs_script(tree)
    sizes = measure(tree)
    size = sizes[tree]
    linked = [heading for heading in tree.iter("h2", "h3") if _is_link(heading)]
    teasers = [] if is_called_article(data) else [*_teasers(tree, linked)]
    texts = (letters(text_of(element)) for element in teasers)
    features = PageFeatures(
        text=size.text,
        linked=size.linked,
        teasers=len(linked),
        password=any(field.get("type") == "password" for field in tree.iter("input")),
        scripted=needs_script,
        teaser_texts=frozenset(filter(None, texts)),
    )
    return features, sizes


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


def _is_link(heading: _Element) -> bool:
    """True for a heading that leads to another page.

    It is in a link, or has one that leads to more than its own place.
    """
    parent = heading.getparent()
    if parent is not None and parent.tag == "a":
        return True
    return any(not (link.get("href") or "").startswith("#") for link in heading.iter("a"))


def _teasers(tree: _Element, linked: list[_Element]) -> Iterator[_Element]:
    """What announces other pages: linked headings with what is under them, and linked items."""
    for heading in linked:
        yield heading
        yield from _under(heading)
    for item in tree.iter("li"):
        if any(len(text_of(link)) * 2 > len(text_of(item)) for link in item.iter("a")):
            yield item


def _under(heading: _Element) -> list[_Element]:
    """What stands under a heading: its date and its paragraph."""
    beside = list(heading.itersiblings())
    parent = heading.getparent()
    if parent is not None and parent.tag in {"a", "header"}:
        beside += parent.itersiblings()
    return [element for element in beside if element.tag in {"p", "div"}][:2]
