"""The authors: persons first, an agency or the publisher where it is listed as an author."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lxml.etree import _Element

from pipeline.extract.metadata.agencies import agency_named
from pipeline.extract.metadata.bylines import DOMAIN, MAX_NAME, is_person, names_in
from pipeline.extract.metadata.jsonld import as_list
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.extract.tree import elements_with
from pipeline.text.cleaning import letters, plain, spaced, text_of

# Meta names that carry authors; the first that is filled is taken, for they repeat each other.
META_AUTHORS = (
    "author", "article:author", "parsely-author", "sailthru.author", "cxenseparse:author",
    "dc.creator", "byl",
)  # fmt: skip

MAX_AUTHORS = 12
MIN_NAME = 2
SEVERAL = 2
"""A name, and a shorter form of it, at most."""

MAX_BYLINE = 2 * MAX_NAME

_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|author|authors|autor|writer)(?:[\s_-]|$)|author-?name|byline-?name",
    re.IGNORECASE,
)


class Credits(NamedTuple):
    """Whom structured data and bylines name.

    Attributes:
        persons: those who wrote it.
        others: agencies and the publisher, where they are listed as authors beside the persons;
            where no person is named, the desk, agency or account that is named instead.
    """

    persons: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def with_named(self, persons: tuple[str, ...]) -> tuple[str, ...]:
        """The authors.

        ``persons`` are those known here or, where there are none, those named above the text.
        """
        if self.persons:
            return (*persons, *self.others)
        return persons or self.others


def find_authors(tree: _Element, data: StructuredData) -> Credits:
    """The authors by the first source that names persons; else the first desk or agency named."""
    seen: list[tuple[str, ...]] = []
    for source in _PERSONS:
        names = _singles(dict.fromkeys(names_in(source(tree, data))))[:MAX_AUTHORS]
        seen.append(names)
        persons = tuple(name for name in names if is_person(name, data.site_names))
        if persons:
            listed = names if source is _json_ld else ()
            return Credits(persons, _publishers(listed, persons, data))
    json_ld, meta, *visible = seen
    # A meta tag without a person names the publisher on most pages; an agency is one of the text.
    agencies = tuple(name for name in meta if agency_named(name))
    unnamed = next(filter(None, (json_ld, agencies, *visible)), ())
    return Credits(others=unnamed)


def _singles(names: Iterable[str]) -> tuple[str, ...]:
    """The names without those that are several others in one: "Ann Lee Bob Ray"."""
    listed = tuple(names)
    return tuple(name for name in listed if sum(other in name for other in listed) <= SEVERAL)


def _publishers(
    listed: tuple[str, ...], persons: tuple[str, ...], data: StructuredData
) -> tuple[str, ...]:
    """Agencies and the publisher among the listed authors."""
    others = (name for name in listed if name not in persons)
    return tuple(name for name in others if _is_publisher(name, data.site_names))


def _is_publisher(name: str, site_names: frozenset[str]) -> bool:
    """True for an agency and for the publisher itself; not for a role or a desk."""
    if agency_named(name) or letters(name) in site_names:
        return True
    return letters(name.split(maxsplit=1)[0]) in site_names


def credited_names(data: StructuredData) -> Iterator[str]:
    """All that structured data names as authors, as it says it: persons, desks, agencies."""
    yield from map(plain, _json_ld(None, data))
    yield from data.all(*META_AUTHORS)


def _json_ld(_tree: _Element | None, data: StructuredData) -> Iterator[str]:
    for author in as_list(data.article.get("author")):
        yield from _names_of(author, data)


def _names_of(author: object, data: StructuredData) -> Iterator[str]:
    """A name, a person, a reference to one, or a list as somebody's name."""
    if isinstance(author, str):
        reference = data.by_id.get(author)
        yield from _names_of(reference, data) if reference else (author,)
    elif isinstance(author, list):
        for item in author:
            yield from _names_of(item, data)
    elif isinstance(author, Mapping):
        yield from _names_of_person(author, data)


def _names_of_person(person: Mapping[str, object], data: StructuredData) -> Iterator[str]:
    name = person.get("name") or data.by_id.get(str(person.get("@id")), {}).get("name")
    if isinstance(name, (str, list)):
        yield from (item for item in as_list(name) if isinstance(item, str))
    elif person.get("givenName") or person.get("familyName"):
        yield f"{person.get('givenName', '')} {person.get('familyName', '')}"


def _meta(_tree: _Element, data: StructuredData) -> list[str]:
    for name in META_AUTHORS:
        names = list(names_in(data.all(name)))
        # What follows the site's own name is its address, not a person: "hessenschau.de,
        # Frankfurt".
        if names:
            return names[:1] if DOMAIN.search(names[0]) else names
    return []


def _marked(tree: _Element, _data: StructuredData) -> Iterator[str]:
    """Microdata and links that say that they are the author.

    Those of the article's head: the first one, and those in the same line.
    """
    own = [element for element in elements_with(tree, "itemprop", "rel") if _is_author(element)]
    line = set(_line_around(own[0]).iter()) if own else set()
    for element in own:
        if element in line:
            yield _name_in(element)


def _name_in(element: _Element) -> str:
    """The name of a marked author, in its own property where it has one."""
    inner = (part for part in element.iter() if part.get("itemprop") == "name")
    named = next(inner, element)
    return spaced(named) or named.get("content") or ""


def _line_around(element: _Element) -> _Element:
    """The largest element around it that has no more text than a byline."""
    parent = element.getparent()
    while parent is not None and len(text_of(parent)) <= MAX_BYLINE:
        element, parent = parent, parent.getparent()
    return element


def _is_author(element: _Element) -> bool:
    """Whether it is marked as the author, and not in a box beside the article."""
    is_linked = element.tag == "a" and "author" in (element.get("rel") or "").split()
    is_marked = is_linked or element.get("itemprop") == "author"
    return is_marked and next(element.iterancestors("aside"), None) is None


def _byline(tree: _Element, _data: StructuredData) -> Iterator[str]:
    """Visible bylines by their class names; the first one that is short enough."""
    for element in tree.iter("span", "a", "div", "p", "address", "h3", "h4", "h5", "li", "cite"):
        if not _BYLINE_CLASS.search(element.get("class") or ""):
            continue
        text = spaced(element)
        if MIN_NAME < len(text) <= MAX_BYLINE:
            yield text
            return


_PERSONS = (_json_ld, _meta, _marked, _byline)
