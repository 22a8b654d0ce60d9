"""The article's own title: without the site's name, and not the site's slogan."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml.etree import _Element

from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.cleaning import letters, spaced, text_of

MAX_TITLE = 400
"""Longer "titles" are paragraphs in the wrong tag."""

MAX_SUFFIX = 60
"""What follows the last separator is at most this long to be a site's name."""

# Other meta names that carry a title; asked when the three witnesses are silent.
OTHER_NAMES = ("headline", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "title")

TRAIL_DEPTH = 6
"""Elements around a heading that are asked whether they are a breadcrumb or a menu."""

MIN_SHORTENED = 4
MIN_KEPT = 0.5
"""A shortened headline has at least so many words that count, and so much of the longer one's."""

SMALL_WORD = 3
"""Letters up to which a word is an article, a preposition or the like, in most languages that put spaces."""

_SEPARATOR = re.compile(r"\s+[-–—|•·*»«:/]+\s+|\s*[|｜»]\s*|：(?=[^：]{2,20}$)|\s+::\s+")
_CUT = ("…", "...")
_TRAIL = re.compile(r"bread-?crumb|crumbs", re.IGNORECASE)
_WORD = re.compile(r"\w+")


class Titles(NamedTuple):
    """The article's title; empty when the page has none. And all that its witnesses call it."""

    own: str
    wordings: tuple[str, ...]


def find_title(tree: _Element, facts: StructuredData) -> Titles:
    """The title on which the page's witnesses agree; with no agreement, the most trusted one's.

    Trust: JSON-LD's headline and the article's ``<h1>`` name the article; OpenGraph's title is what
    is shared, often with the site's name; ``<title>`` is written for search engines.
    """
    headline, shared = _first(facts.said("headline")), _first(facts.all("og:title"))
    heading = _first(_headings(tree, headline + shared))
    tweeted, searched = _first(facts.all("twitter:title")), _first([facts.title_tag])
    voters = [*headline, *heading, *shared]
    others = [*tweeted, *_first(facts.all(*OTHER_NAMES)), *searched]

    def cleaned(titles: list[str]) -> list[str]:
        return [
            short
            for title in titles
            if (short := without_site(title, facts.site_names, voters + others))
        ]

    candidates = cleaned(voters)
    if not candidates:
        return Titles(next(iter(cleaned(others)), ""), ())

    def votes(title: str) -> int:
        return sum(_agrees(title, other) for other in candidates) + (
            not heading and _is_shown(tree, title)
        )

    own = _headline_of(
        max(candidates, key=votes), cleaned(shared), cleaned(tweeted), cleaned(searched)
    )
    return Titles(own, (own, *candidates, *voters))


def _headline_of(title: str, shared: list[str], tweeted: list[str], searched: list[str]) -> str:
    """The shared title where it is the same headline with fewer words.

    A headline is made longer for search engines, with the words that people search for; then it
    also fills ``<title>``. The desk's shorter one is left in OpenGraph, and in ``twitter:title``
    where there is one.
    """
    if not shared or not any(letters(title) == letters(other) for other in searched):
        return title
    with_it = all(letters(other) == letters(shared[0]) for other in tweeted)
    return shared[0] if with_it and _is_shortened(shared[0], title) else title


def _is_shortened(short: str, long: str) -> bool:
    """True when the words of one are words of the other, in their order; small ones may differ."""
    if letters(long).startswith(letters(short)) and long[len(short) :].lstrip().startswith('"'):
        return False  # cut by a quotation mark that ended the attribute
    kept, words = _counting_words(short), _counting_words(long)
    rest = iter(words)
    return (
        len(words) * MIN_KEPT <= len(kept) >= MIN_SHORTENED
        and len(short) < len(long)
        and all(w in rest for w in kept)
    )


def _counting_words(title: str) -> list[str]:
    words = _WORD.findall(title.casefold())
    return [word for word in words if len(word) > SMALL_WORD or not word.isalpha()]


def without_site(title: str, names: frozenset[str], others: list[str]) -> str:
    """The title without what its site adds around it: "Flood - The Daily" is "Flood"."""
    for _ in range(3):
        parts = list(_SEPARATOR.finditer(title))
        if not parts:
            break
        head, tail = title[: parts[-1].start()].strip(), title[parts[-1].end() :].strip()
        first, rest = title[: parts[0].start()].strip(), title[parts[0].end() :].strip()
        if head and (
            _is_name(tail, names)
            or (len(tail) <= MAX_SUFFIX and any(letters(head) == letters(o) for o in others))
        ):
            title = head
        elif rest and _is_name(first, names):
            title = rest
        else:
            break
    # Some pages give their title as the site's name.
    is_name = len(title) <= MAX_SUFFIX and _is_name(title, names)
    return title if not is_name and len(title) <= MAX_TITLE else ""


def _is_name(text: str, names: frozenset[str]) -> bool:
    """True for the site's name, also with its domain's ending: "mdr.de" for "MDR"."""
    bare = letters(text)
    stem = (
        letters(text.rsplit(".", 1)[0])
        if re.fullmatch(r"[\w-]+(\.[a-z]{2,4}){1,2}", text, re.IGNORECASE)
        else bare
    )
    return bool(bare) and (bare in names or stem in names)


def _headings(tree: _Element, known: list[str]) -> Iterator[str]:
    """Headings of the first rank.

    Those that are known as the title, that say they are the headline, in the article.

    The last step of a breadcrumb, which some pages make an ``<h1>``, is no headline: it has the
    title for search.
    """
    found = [(element, spaced(element)) for element in tree.iter("h1") if not _is_on_trail(element)]
    found = [(element, text) for element, text in found if len(text) > 2]  # noqa: PLR2004 - an icon or a mark
    titles = {letters(title) for title in known}
    yield from [text for _, text in found if letters(text) in titles][:1]
    marked = [
        text
        for element, text in found
        if "headline" in f"{element.get('itemprop')} {element.get('class')}".lower()
    ]
    yield from marked[:1]
    # Several unmarked ones are a site's logo, boxes and the like: the first inside the article,
    # else none of them.
    inside = [
        text
        for element, text in found
        if next(element.iterancestors("article", "main"), None) is not None
    ]
    yield from inside[:1] or ([found[0][1]] if len(found) == 1 else [])


def _is_on_trail(heading: _Element) -> bool:
    around = [
        element for element, _ in zip(heading.iterancestors(), range(TRAIL_DEPTH), strict=False)
    ]
    return any(
        element.tag == "nav" or _TRAIL.search(element.get("class") or "") for element in around
    )


def _is_shown(tree: _Element, title: str) -> bool:
    """True when a heading of the second rank is this title, maybe after a line above it (a kicker)."""
    bare = letters(title)
    headings = (letters(text_of(heading)) for heading in tree.iter("h2"))
    return any(heading.endswith(bare) and len(heading) <= 2 * len(bare) for heading in headings)


def _first(titles: Iterable[str]) -> list[str]:
    return [title for title in list(titles)[:1] if title]


def _agrees(left: str, right: str) -> bool:
    """The same words, or the beginning of them before an ellipsis."""
    if letters(left) == letters(right):
        return True
    return right.endswith(_CUT) and letters(left).startswith(letters(right)) and len(right) > 30  # noqa: PLR2004
