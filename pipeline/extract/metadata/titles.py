"""The article's own title: without the site's name, and not the site's slogan."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lxml.etree import _Element

from pipeline.extract.metadata.bylines import PARTICLES
from pipeline.extract.metadata.headings import Headings
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.cleaning import letters, same
from pipeline.text.lengths import text_length
from pipeline.text.scripts import CJK

MAX_TITLE = 400
"""Longer "titles" are paragraphs in the wrong tag."""

MAX_PARTS = 3
MIN_PART = 10
"""Characters of a part that is taken for the title because a heading is the same."""

MAX_UNKNOWN, MIN_HEAD = 30, 25
"""Length of a last part that can be an unknown site's name, and of what stands before it."""

SMALL_WORD = 3
"""Letters up to which a word is an article, a preposition or the like, in most languages."""

_SEPARATOR = re.compile(
    r"(?<!\s)\s+[-–—|•·*»«:/]+\s+|(?:(?<!\s)\s+)?[|｜»]\s*|：(?=[^：]{2,20}$)"
    rf"|—|(?<=[{CJK}])[-_–]+(?=[{CJK}])"
)
_WORD = re.compile(r"\w+")


class Titles(NamedTuple):
    """The article's title; empty when the page has none. And all that its sources call it."""

    own: str
    wordings: tuple[str, ...]


def find_title(tree: _Element, data: StructuredData) -> Titles:
    """The title on which the page's sources agree; with no agreement, the most trusted one's.

    Trust: JSON-LD's headline and the article's ``<h1>`` name the article; OpenGraph's title is what
    is shared, often with the site's name; ``<title>`` is written for search engines.
    """
    headline, shared = _first(data.article_texts("headline")), _first(data.all("og:title"))
    searched = _first([data.title_tag])
    others = [*_first(data.all("twitter:title")), *searched]
    shown = Headings.of(tree, [*headline, *shared, *others])
    heading = _first(shown.likeliest([*headline, *shared], others))
    voters = [*headline, *heading, *shared]
    names = data.site_names | shown.logos
    shown_letters = shown.all
    known = shown_letters | {letters(title) for title in (*voters, *others)}

    def cleaned(titles: list[str]) -> list[str]:
        is_whole = any(letters(title) in shown_letters for title in titles)
        parts = frozenset() if is_whole else known
        return [*filter(None, (without_site(title, names, parts) for title in titles))]

    candidates = cleaned(voters)
    if not candidates or not (headline or heading):
        own = next(iter([*candidates, *cleaned(others)]), "")
        return Titles(without_site(without_suffix(own), names, frozenset()), tuple(candidates))

    def votes(title: str) -> int:
        agreeing = sum(same(title, other) for other in candidates)
        return agreeing + (not heading and shown.ends_with(title))

    own = _headline_of(max(candidates, key=votes), cleaned(shared), cleaned(searched))
    return Titles(own, (own, *candidates, *voters))


def _headline_of(title: str, shared: list[str], searched: list[str]) -> str:
    """The shared title where it is the same headline with fewer words.

    A headline is made longer for search engines, with the words that people search for; then it
    also fills ``<title>``. The desk's shorter one is left in OpenGraph.
    """
    is_searched = any(letters(title) == letters(other) for other in searched)
    return next((short for short in shared if is_searched and _is_shortened(short, title)), title)


def _is_shortened(short: str, long: str) -> bool:
    """True when the words of one are words of the other, in their order; small ones may differ."""
    kept, words = _counting_words(short), _counting_words(long)
    rest = iter(words)
    return len(kept) * 2 >= len(words) and all(word in rest for word in kept)


def _counting_words(title: str) -> list[str]:
    words = _WORD.findall(title.casefold())
    return [word for word in words if len(word) > SMALL_WORD or not word.isalpha()]


def without_site(title: str, names: frozenset[str], known: frozenset[str]) -> str:
    """The title without what its site adds around it: "Flood - The Daily" is "Flood".

    Empty for a title that is only the site's name, or too long. ``names`` of the site and
    ``known`` titles are compared by letters.
    """
    if len(title) > MAX_TITLE or letters(title) in names:
        return ""
    for separator in _SEPARATOR.finditer(title):
        head, tail = title[: separator.start()].strip(), title[separator.end() :].strip()
        for part, rest in ((head, tail), (tail, head)):
            is_known = len(part) >= MIN_PART and letters(part) in known
            if part and (is_known or letters(rest) in names):
                return part
    return title


def without_suffix(title: str) -> str:
    """A title that nothing else on the page confirms, without last parts that look like names.

    A few words with capitals, behind more words than it has.
    """
    for separator in reversed([*_SEPARATOR.finditer(title)][-MAX_PARTS:]):
        head, tail = title[: separator.start()].strip(), title[separator.end() :].strip()
        words = [word for word in _WORD.findall(tail) if word not in PARTICLES]
        is_named = not any(word[0].islower() for word in words)
        if not is_named or text_length(tail) > MAX_UNKNOWN or text_length(head) < MIN_HEAD:
            break
        title = head
    return title


def _first(titles: Iterable[str]) -> list[str]:
    return [title for title in list(titles)[:1] if title]
