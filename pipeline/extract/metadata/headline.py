"""The heading of the article on its page, and which parts of the page are not the article's."""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.cleaning import letters, plain, raw_text, text_of

MIN_LETTERS = 8
"""Letters of a heading that is looked for in the page's title; fewer stand in many titles."""

MAX_BOX, BOX_DEPTH = 300, 3
"""Characters of a teaser, and how many elements stand around what is in it."""

HEADLINE_LINK = 25
"""Letters of a link that is another article's headline."""

_OTHER_PARTS = frozenset({"nav", "button", "figure", "figcaption"})
_COMMENT = re.compile(r"comment|kommentar|disqus|respond", re.IGNORECASE)
_RANKS = ("h1", "h2", "h3", "h4")


def find_headline(tree: _Element, data: StructuredData) -> _Element | None:
    """The heading that the page's titles name, else the first of the first rank in the article."""
    titles = [letters(title) for title in _titles(data)]
    for rank in _RANKS:
        for heading in tree.iter(rank):
            text = letters(plain(raw_text(heading)))
            if len(text) >= MIN_LETTERS and any(text in title for title in titles):
                return heading
    headings = list(tree.iter("h1"))
    inside = (heading for heading in headings if is_in_article(heading))
    return next(inside, headings[0] if len(headings) == 1 else None)


def is_elsewhere(element: _Element, headline: _Element | None) -> bool:
    """True in navigation, pictures and comments, and beside a link that is another's headline."""
    around = set(headline.iterancestors()) if headline is not None else set()
    for part in element.iterancestors():
        if part in around or part.tag in {"article", "main", "body"}:
            break
        names = f"{part.get('class')} {part.get('id')}"
        if part.tag in _OTHER_PARTS or _COMMENT.search(names):
            return True
        if part.tag == "footer" and not is_in_article(part):
            return True
    return _is_beside_another(element, headline)


def _is_beside_another(element: _Element, headline: _Element | None) -> bool:
    """True in a short box with a link that says something else than the headline or it."""
    known = [letters(text_of(part)) for part in (element, headline) if part is not None]
    box: _Element | None = element
    for _ in range(BOX_DEPTH):
        if box is None or len(text_of(box)) > MAX_BOX:
            return False
        links = (letters(text_of(link)) for link in box.iter("a"))
        if any(_is_headline(text, known) for text in links):
            return True
        box = box.getparent()
    return False


def is_in_article(element: _Element) -> bool:
    """True inside the page's main part."""
    return next(element.iterancestors("article", "main"), None) is not None


def _is_headline(link: str, known: list[str]) -> bool:
    """Whether a link's letters can be a headline, other than what is known."""
    if len(link) < HEADLINE_LINK:
        return False
    return not any(text and (link in text or text in link) for text in known)


def _titles(data: StructuredData) -> Iterator[str]:
    yield from data.article_texts("headline")
    yield from data.all("og:title")
    yield data.title_tag
