"""Which parts of a page are the article's own, and which are other articles', or comments."""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from pipeline.text.cleaning import text_of

_OTHER_PARTS = frozenset({"nav", "button", "figure", "figcaption"})
_ENTRIES = frozenset({"li", "article", "div", "p", "section", "aside"})
MIN_HEADLINE = 15
"""Characters of a link's text from which it can be a headline."""

_MAIN_PARTS = frozenset({"main", "body"})
_COMMENT = re.compile(r"comment(?!a)|kommentare|disqus|(?<!cor)respond", re.IGNORECASE)


def is_in_article(element: _Element) -> bool:
    """True inside the page's main part."""
    return next(element.iterancestors("article", "main"), None) is not None


def is_elsewhere(element: _Element, headline: _Element | None) -> bool:
    """True in navigation, pictures, comments and teasers, unless the headline is in them too."""
    around = set() if headline is None else set(headline.iterancestors())
    parts = list(_parts_around(element, around))
    if any(part.tag == "aside" for part in parts) and _links_on(element, parts):
        return True
    return any(_is_other_part(part) for part in parts)


def _links_on(element: _Element, parts: list[_Element]) -> bool:
    """Whether it stands with a linked headline, as in a list of other articles."""
    entry = next((part for part in parts if part.tag in _ENTRIES), element)
    return any(len(text_of(link)) >= MIN_HEADLINE for link in entry.iter("a"))


def _parts_around(element: _Element, around: set[_Element]) -> Iterator[_Element]:
    """The elements around it, up to one that holds the headline too."""
    for part in element.iterancestors():
        if part in around or part.tag in _MAIN_PARTS:
            return
        yield part


def _is_other_part(part: _Element) -> bool:
    if part.tag == "footer":
        return not is_in_article(part)
    names = f"{part.get('class')} {part.get('id')} {part.get('itemprop')}"
    return part.tag in _OTHER_PARTS or bool(_COMMENT.search(names))
