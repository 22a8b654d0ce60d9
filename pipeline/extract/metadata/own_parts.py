"""Which parts of a page are the article's own, and which are other articles'."""

from collections.abc import Iterator

from lxml.etree import _Element

_OTHER_PARTS = frozenset({"nav", "button", "figure", "figcaption"})
_MAIN_PARTS = frozenset({"main", "body"})


def is_in_article(element: _Element) -> bool:
    """True inside the page's main part."""
    return next(element.iterancestors("article", "main"), None) is not None


def is_elsewhere(element: _Element, headline: _Element | None) -> bool:
    """True in navigation, pictures and footers, unless the headline is in them too."""
    around = set() if headline is None else set(headline.iterancestors())
    return any(_is_other_part(part) for part in _parts_around(element, around))


def _parts_around(element: _Element, around: set[_Element]) -> Iterator[_Element]:
    """The elements around it, up to one that holds the headline too."""
    for part in element.iterancestors():
        if part in around or part.tag in _MAIN_PARTS:
            return
        yield part


def _is_other_part(part: _Element) -> bool:
    if part.tag == "footer":
        return not is_in_article(part)
    return part.tag in _OTHER_PARTS
