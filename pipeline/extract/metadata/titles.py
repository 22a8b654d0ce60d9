"""The article's own title: without the site's name, and not the site's slogan."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from lxml.etree import _Element

from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.cleaning import letters, spaced, text_of

MAX_TITLE = 400
"""Longer "titles" are paragraphs in the wrong tag."""

MAX_SUFFIX = 60
"""What follows the last separator is at most this long to be a site's name."""

# Other meta names that carry a title; read when the three main sources have none.
OTHER_NAMES = ("headline", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "title")

TRAIL_DEPTH = 6
"""Elements around a heading that are checked for being a breadcrumb or a menu."""

MAX_PARTS = 3
MIN_HEADING = 3
"""Characters of a heading; fewer are an icon or a mark."""

MIN_CUT = 30
"""Characters above which a title that ends with an ellipsis is compared."""

MIN_SHORTENED = 4
MIN_KEPT = 0.5
"""A shortened headline has at least so many words that count, and so much of the longer one's."""

SMALL_WORD = 3
"""Letters up to which a word is an article, a preposition or the like, in most languages."""

_SEPARATOR = re.compile(r"(?<!\s)\s+[-–—|•·*»«:/]+\s+|(?:(?<!\s)\s+)?[|｜»]\s*|：(?=[^：]{2,20}$)")
_CUT = ("…", "...")
_TRAIL = re.compile(r"bread-?crumb|crumbs", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_DOMAIN = re.compile(r"[\w-]+(\.[a-z]{2,4}){1,2}", re.IGNORECASE)


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
    heading = _first(_headings(tree, headline + shared))
    tweeted, searched = _first(data.all("twitter:title")), _first([data.title_tag])
    voters = [*headline, *heading, *shared]
    others = [*tweeted, *_first(data.all(*OTHER_NAMES)), *searched]

    def cleaned(titles: list[str]) -> list[str]:
        known = voters + others
        return [*filter(None, (without_site(title, data.site_names, known) for title in titles))]

    candidates = cleaned(voters)
    if not candidates:
        return Titles(next(iter(cleaned(others)), ""), ())

    def votes(title: str) -> int:
        agreeing = sum(_agrees(title, other) for other in candidates)
        return agreeing + (not heading and _is_shown(tree, title))

    best = max(candidates, key=votes)
    own = _headline_of(best, cleaned(shared), cleaned(tweeted), cleaned(searched))
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
    enough = len(kept) >= MIN_SHORTENED and len(kept) >= len(words) * MIN_KEPT
    rest = iter(words)
    return enough and len(short) < len(long) and all(word in rest for word in kept)


def _counting_words(title: str) -> list[str]:
    words = _WORD.findall(title.casefold())
    return [word for word in words if len(word) > SMALL_WORD or not word.isalpha()]


def without_site(title: str, names: frozenset[str], others: list[str]) -> str:
    """The title without what its site adds around it: "Flood - The Daily" is "Flood".

    Empty for a title that is only the site's name, or too long.
    """
    for _ in range(MAX_PARTS):
        shorter = _shortened(title, names, others)
        if shorter == title:
            break
        title = shorter
    is_name = len(title) <= MAX_SUFFIX and _is_name(title, names)
    return "" if is_name or len(title) > MAX_TITLE else title


def _shortened(title: str, names: frozenset[str], others: list[str]) -> str:
    """The title without its last part, or its first, where that names the site."""
    parts = list(_SEPARATOR.finditer(title))
    if not parts:
        return title
    head, tail = title[: parts[-1].start()].strip(), title[parts[-1].end() :].strip()
    if head and (_is_name(tail, names) or _is_suffix(tail, head, others)):
        return head
    first, rest = title[: parts[0].start()].strip(), title[parts[0].end() :].strip()
    return rest if rest and _is_name(first, names) else title


def _is_suffix(tail: str, head: str, others: list[str]) -> bool:
    """Whether what stands before a short last part is the title by other sources."""
    return len(tail) <= MAX_SUFFIX and any(letters(head) == letters(other) for other in others)


def _is_name(text: str, names: frozenset[str]) -> bool:
    """True for the site's name, also with its domain's ending: "mdr.de" for "MDR"."""
    bare = letters(text)
    if not bare:
        return False
    if bare in names:
        return True
    return bool(_DOMAIN.fullmatch(text)) and letters(text.rsplit(".", 1)[0]) in names


def _headings(tree: _Element, known: list[str]) -> Iterator[str]:
    """Headings of the first rank, the likeliest first.

    Those that are known as the title, that say they are the headline, in the article.
    """
    headings = _visible_headings(tree)
    texts = list(headings.values())
    titles = {letters(title) for title in known}
    yield from [text for text in texts if letters(text) in titles][:1]
    yield from [text for element, text in headings.items() if _is_marked(element)][:1]
    # Several unmarked ones are a site's logo, boxes and the like: the first inside the article,
    # else none of them.
    inside = [text for element, text in headings.items() if _is_in_article(element)]
    if inside or len(texts) == 1:
        yield from [*inside, *texts][:1]


def _visible_headings(tree: _Element) -> dict[_Element, str]:
    """Headings of the first rank with their texts.

    The last step of a breadcrumb, which some pages make an ``<h1>``, is no headline: it has the
    title for search.
    """
    headings = {}
    for element in tree.iter("h1"):
        text = "" if _is_on_trail(element) else spaced(element)
        if len(text) >= MIN_HEADING:
            headings[element] = text
    return headings


def _is_marked(heading: _Element) -> bool:
    return "headline" in f"{heading.get('itemprop')} {heading.get('class')}".lower()


def _is_in_article(heading: _Element) -> bool:
    return next(heading.iterancestors("article", "main"), None) is not None


def _is_on_trail(heading: _Element) -> bool:
    """Whether a heading is in a breadcrumb or a menu."""
    for element in islice(heading.iterancestors(), TRAIL_DEPTH):
        if element.tag == "nav" or _TRAIL.search(element.get("class") or ""):
            return True
    return False


def _is_shown(tree: _Element, title: str) -> bool:
    """True when a heading of the second rank is this title, maybe after a kicker."""
    bare = letters(title)
    headings = (letters(text_of(heading)) for heading in tree.iter("h2"))
    return any(heading.endswith(bare) and len(heading) <= 2 * len(bare) for heading in headings)


def _first(titles: Iterable[str]) -> list[str]:
    return [title for title in list(titles)[:1] if title]


def _agrees(left: str, right: str) -> bool:
    """The same words, or the beginning of them before an ellipsis."""
    if letters(left) == letters(right):
        return True
    if len(right) <= MIN_CUT or not right.endswith(_CUT):
        return False
    return letters(left).startswith(letters(right))
