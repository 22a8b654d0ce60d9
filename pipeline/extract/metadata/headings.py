"""The headings of a page: which one is the article's, and what it says."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml.etree import _Element

from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.cleaning import letters, plain, raw_text, spaced, text_of
from pipeline.text.scripts import UNSPACED

MIN_LETTERS = 8
"""Letters of a heading that is looked for in the page's title; fewer stand in many titles."""

MAX_LOWER = 40
"""Headings below the first rank that are read; pages with more of them are lists."""

MAX_PARTS = 20
"""Elements in a heading of which one can be its kicker."""

TRAIL_DEPTH = 6
"""Elements around a heading that are checked for being a breadcrumb or a menu."""

_RANKS = ("h1", "h2", "h3", "h4")
_TRAIL = re.compile(r"bread-?crumb|crumbs", re.IGNORECASE)
_FRONT = re.compile(r"(?:https?://[^/]+)?/?(?:index\.\w+|home\w*)?(?:[?#].*)?", re.IGNORECASE)
# What a heading shares with a title: words, in scripts without spaces every two characters.
_SHARED = re.compile(rf"(?=([{UNSPACED}]{{2}}))|([^\W{UNSPACED}]{{4,}})")


class Headings(NamedTuple):
    """The headings of a page.

    Attributes:
        first: those of the first rank, with their texts; no breadcrumbs.
        lower: the letters of the next two ranks.
        logos: the letters of headings that are links to the front page.
    """

    first: dict[_Element, str]
    lower: tuple[str, ...]
    logos: frozenset[str]

    @classmethod
    def of(cls, tree: _Element, titles: list[str]) -> "Headings":
        """Those of a page with these titles."""
        found = list(tree.iter("h1"))
        known = {letters(title) for title in titles}
        logos = (letters(text_of(heading)) for heading in found if _is_logo(heading, known))
        shown = (heading for heading in found if not _is_on_trail(heading))
        first = {heading: _heading_text(heading, known) for heading in shown}
        below = islice(tree.iter("h2", "h3"), MAX_LOWER)
        lower = tuple(letters(text_of(heading)) for heading in below)
        return cls(first, lower, frozenset(logos))

    @property
    def all(self) -> frozenset[str]:
        """The letters of all ranks."""
        return frozenset((*map(letters, self.first.values()), *self.lower))

    def ends_with(self, title: str) -> bool:
        """Whether a lower heading is this title, maybe after a kicker."""
        bare = letters(title)
        return any(text.endswith(bare) for text in self.lower)

    def likeliest(self, known: list[str], others: list[str]) -> Iterator[str]:
        """Headings of the first rank, the likeliest first.

        Those that are known as the title, then in the article. One that shares no word with any
        title is a label, where another does.
        """
        titles = {letters(title) for title in known}
        yield from [text for text in self.first.values() if letters(text) in titles][:1]
        likely = self._related([*known, *others])
        if not (likely or known):
            likely = self.first
        yield from [text for heading, text in likely.items() if _is_in_article(heading)][:1]
        # Several unmarked ones are boxes and the like.
        if len(self.first) == 1:
            yield from likely.values()

    def _related(self, titles: list[str]) -> dict[_Element, str]:
        """Those of the first rank that share a word with a title."""
        words = set().union(*map(_words, titles))
        return {
            heading: text
            for heading, text in self.first.items()
            if not words.isdisjoint(_words(text))
        }


def find_headline(tree: _Element, data: StructuredData) -> _Element | None:
    """The heading that the page's titles name, else the first of the first rank in the article."""
    titles = [letters(title) for title in _titles(data)]
    for rank in _RANKS:
        for heading in tree.iter(rank):
            text = letters(plain(raw_text(heading)))
            if len(text) >= MIN_LETTERS and any(text in title for title in titles):
                return heading
    headings = list(tree.iter("h1"))
    inside = (heading for heading in headings if _is_in_article(heading))
    return next(inside, headings[0] if len(headings) == 1 else None)


def _is_in_article(heading: _Element) -> bool:
    """True inside the page's main part."""
    return next(heading.iterancestors("article", "main"), None) is not None


def _heading_text(heading: _Element, known: set[str]) -> str:
    """What a heading says, without a kicker before it."""
    text = spaced(heading)
    if letters(text) in known:
        return text
    for part in islice(heading.iterdescendants("*"), MAX_PARTS):
        beginning = spaced(part)
        rest = text.removeprefix(beginning).strip()
        if not beginning or rest in {"", text}:
            continue
        if beginning.endswith(":") or rest.startswith(":"):
            return text  # "The storm: ferries stay in port" is one title
        if part.tag == "time" or _begins(letters(rest), known):
            return rest.lstrip(" |–-")
    return text


def _begins(rest: str, titles: set[str]) -> bool:
    """Whether it is a title, maybe without the site's name."""
    return rest in titles or (
        len(rest) >= MIN_LETTERS and any(title.startswith(rest) for title in titles)
    )


def _is_logo(heading: _Element, titles: set[str]) -> bool:
    """Whether a heading is a link to the front page, or the name behind the title."""
    links = list(heading.iter("a"))
    if len(links) == 1 and _FRONT.fullmatch(links[0].get("href") or "#x"):
        return True
    bare = "" if _is_in_article(heading) else letters(text_of(heading))
    return any(title.endswith(bare) and 2 * len(bare) < len(title) for title in titles if bare)


def _is_on_trail(heading: _Element) -> bool:
    """Whether a heading is in a breadcrumb or a menu: the last step of one is no headline."""
    for element in islice(heading.iterancestors(), TRAIL_DEPTH):
        if element.tag == "nav" or _TRAIL.search(element.get("class") or ""):
            return True
    return False


def _words(text: str) -> set[str]:
    """What two titles of one article share some of."""
    return {one or other for one, other in _SHARED.findall(text.casefold())}


def _titles(data: StructuredData) -> Iterator[str]:
    yield from data.article_texts("headline")
    yield from data.all("og:title")
    yield data.title_tag
