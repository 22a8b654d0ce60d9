"""The article's own title: without the site's name, and not the site's slogan."""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from pipeline.extract.facts import Facts
from pipeline.extract.text import letters, text_of

MAX_TITLE = 400
"""Longer "titles" are paragraphs in the wrong tag."""

MAX_SUFFIX = 60
"""What follows the last separator is at most this long to be a site's name."""

# Other meta names that carry a title; asked when the three witnesses are silent.
OTHER_NAMES = ("headline", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "title")

_SEPARATOR = re.compile(r"\s+[-–—|•·*»«:/]+\s+|\s*[|｜»]\s*|：(?=[^：]{2,20}$)|\s+::\s+")
_CUT = ("…", "...")


def find_title(tree: _Element, facts: Facts) -> str:
    """The title on which the page's witnesses agree; with no agreement, the most trusted one's.

    Trust: JSON-LD's headline and the article's ``<h1>`` name the article; OpenGraph's title is what is shared, often
    with the site's name; ``<title>`` is written for search engines.
    """
    voters = [*_first(facts.said("headline")), *list(_headings(tree))[:1], *_first(facts.all("og:title"))]
    others = [*_first(facts.all("twitter:title")), *_first(facts.all(*OTHER_NAMES)), *_first([facts.title_tag])]

    def cleaned(titles: list[str]) -> list[str]:
        return [short for title in titles if (short := without_site(title, facts.site_names, voters + others))]

    candidates = cleaned(voters)
    if not candidates:
        return next(iter(cleaned(others)), "")
    if len(candidates) == len(voters) == 3 and _is_one_field(*candidates[1:], *cleaned([facts.title_tag])):  # noqa: PLR2004
        return candidates[0]
    votes = [sum(_agrees(title, other) for other in candidates) for title in candidates]
    return candidates[votes.index(max(votes))]


def _is_one_field(*titles: str) -> bool:
    """True when ``<h1>``, OpenGraph and ``<title>`` say the same, letter by letter.

    They were filled from one field then, the one for search engines, and count as one witness: not as a majority
    against JSON-LD's headline.
    """
    return len(titles) == 3 and len(set(titles)) == 1  # noqa: PLR2004


def without_site(title: str, names: frozenset[str], others: list[str]) -> str:
    """The title without what its site adds around it: "Flood - The Daily" is "Flood"."""
    for _ in range(3):
        parts = list(_SEPARATOR.finditer(title))
        if not parts:
            break
        head, tail = title[: parts[-1].start()].strip(), title[parts[-1].end() :].strip()
        first, rest = title[: parts[0].start()].strip(), title[parts[0].end() :].strip()
        if head and (
            _is_name(tail, names) or (len(tail) <= MAX_SUFFIX and any(letters(head) == letters(o) for o in others))
        ):
            title = head
        elif rest and _is_name(first, names):
            title = rest
        else:
            break
    return title if not _is_name(title, names) and len(title) <= MAX_TITLE else ""


def _is_name(text: str, names: frozenset[str]) -> bool:
    """True for the site's name, also with its domain's ending: "mdr.de" for "MDR"."""
    bare = letters(text)
    stem = letters(text.rsplit(".", 1)[0]) if re.fullmatch(r"[\w-]+(\.[a-z]{2,4}){1,2}", text, re.IGNORECASE) else bare
    return bool(bare) and (bare in names or stem in names)


def _headings(tree: _Element) -> Iterator[str]:
    """Headings of the first rank, those that say they are the headline first."""
    found = [(element, text_of(element)) for element in tree.iter("h1")]
    found = [(element, text) for element, text in found if len(text) > 2]  # noqa: PLR2004 - an icon or a mark
    marked = [
        text for element, text in found if "headline" in f"{element.get('itemprop')} {element.get('class')}".lower()
    ]
    yield from _first(marked)
    # Several unmarked ones are a site's logo, boxes and the like: the first inside the article, else none of them.
    inside = [text for element, text in found if next(element.iterancestors("article", "main"), None) is not None]
    yield from inside[:1] or ([found[0][1]] if len(found) == 1 else [])


def _first(titles: "Iterator[str] | list[str]") -> list[str]:
    return [title for title in list(titles)[:1] if title]


def _agrees(left: str, right: str) -> bool:
    """The same words, or the beginning of them before an ellipsis."""
    if letters(left) == letters(right):
        return True
    return right.endswith(_CUT) and letters(left).startswith(letters(right)) and len(right) > 30  # noqa: PLR2004
