"""Which parts of a page are the article's own, and which are other articles', or comments."""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from pipeline.text.cleaning import letters, text_of

MAX_BOX, BOX_DEPTH = 300, 3
"""Characters of a teaser, and how many elements stand around what is in it."""

HEADLINE_LINK = 25
"""Letters of a link that is another article's headline, near the headline of this one."""

ANY_LINK = 10
"""The same, far from this headline; names of sections and tools are shorter."""

_HEADINGS = ("h1", "h2", "h3", "h4")

_OTHER_PARTS = frozenset({"nav", "button", "figure", "figcaption"})
_MAIN_PARTS = frozenset({"main", "body"})
_COMMENT = re.compile(r"comment(?!a)|kommentare|disqus|(?<!cor)respond", re.IGNORECASE)


def is_in_article(element: _Element) -> bool:
    """True inside the page's main part."""
    return next(element.iterancestors("article", "main"), None) is not None


def is_elsewhere(
    element: _Element, headline: _Element | None, *, link: int = HEADLINE_LINK
) -> bool:
    """True in navigation, pictures and comments, and beside a link that is another's headline.

    ``link``: letters from which a link is one.
    """
    around = set() if headline is None else set(headline.iterancestors())
    if any(_is_other_part(part) for part in _parts_around(element, around)):
        return True
    known = [letters(text_of(part)) for part in (element, headline) if part is not None]
    return _is_beside_another(element, around, known, link)


def is_apart(element: _Element, headline: _Element | None) -> bool:
    """True where it shares nothing with the headline but the page's body."""
    if headline is None:
        return False
    body = {*headline.iterancestors("body", "html")}
    return body.issuperset({*headline.iterancestors()}.intersection(element.iterancestors()))


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
    return part.tag in _OTHER_PARTS or bool(_COMMENT.search(names)) or _is_teaser(part)


def _is_teaser(part: _Element) -> bool:
    """Whether it is a short article whose heading is a link."""
    if part.tag != "article" or not _is_short(part):
        return False
    heading = next(part.iter(*_HEADINGS), None)
    return heading is not None and next(heading.iter("a"), None) is not None


def _is_beside_another(
    element: _Element, around: set[_Element], known: list[str], least: int
) -> bool:
    """True in a short box with a link that says something else than what is known.

    The box is not one of those around the headline.
    """
    box: _Element | None = element
    for _ in range(BOX_DEPTH):
        if box is None or box in around or not _is_short(box):
            return False
        links = (letters(text_of(link)) for link in box.iter("a") if _leads_to_page(link))
        if any(len(text) >= least and _is_unknown(text, known) for text in links):
            return True
        box = box.getparent()
    return False


def _leads_to_page(link: _Element) -> bool:
    """Whether a link can be another article's: no mark in the page, letter or tag."""
    address = link.get("href") or ""
    is_tag = "tag" in (link.get("rel") or "").split()
    return not (is_tag or address.startswith(("#", "mailto:", "javascript:")))


def _is_short(box: _Element) -> bool:
    """Whether it has no more text than a teaser; what is longer is not read to its end."""
    size = 0
    for text in box.itertext():
        size += len(text.strip())
        if size > MAX_BOX:
            return False
    return True


def _is_unknown(link: str, known: list[str]) -> bool:
    """Whether a link's letters say something else than what is known."""
    return not any(text and (link in text or text in link) for text in known)
