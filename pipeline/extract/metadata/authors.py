"""The authors: persons first, an agency or the publisher where it is listed as an author."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lxml.etree import _Element

from pipeline.extract.metadata.agencies import agency_named
from pipeline.extract.metadata.bylines import ACCOUNTS, DOMAIN, MAX_NAME, is_person, names_in
from pipeline.extract.metadata.headings import find_headline
from pipeline.extract.metadata.jsonld import as_list, types_of
from pipeline.extract.metadata.own_parts import is_elsewhere
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
_NOT_BYLINE = re.compile(
    r"bio|box|about|avatar|image|comment|widget|related|social|photo|date|desc", re.IGNORECASE
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
    accounts = {letters(name) for name, page in _profiles(tree, data) if _is_shared(page)}
    desks = tuple(names_in(_json_ld_desks(data)))
    seen: list[tuple[str, ...]] = []
    for source in _PERSONS:
        names = _singles(dict.fromkeys(names_in(source(tree, data))))[:MAX_AUTHORS]
        seen.append(names)
        persons = _persons_among(names, data, accounts)
        if persons:
            listed = (*names, *desks) if source is _json_ld else ()
            return Credits(_unrepeated(persons), _unrepeated(_publishers(listed, persons, data)))
    json_ld, creators, meta, *visible = seen
    # A meta tag without a person names the publisher on most pages; an agency is one of the text.
    agencies = tuple(name for name in meta if agency_named(name))
    unnamed = next(filter(None, (json_ld, desks, creators, agencies, *visible)), ())
    return Credits(others=_unrepeated(unnamed))


def _singles(names: Iterable[str]) -> tuple[str, ...]:
    """The names without those that are several others in one: "Ann Lee Bob Ray"."""
    listed = tuple(names)
    return tuple(name for name in listed if sum(other in name for other in listed) <= SEVERAL)


def _persons_among(
    names: tuple[str, ...], data: StructuredData, accounts: set[str]
) -> tuple[str, ...]:
    """The names that are of persons, and not of an account that several share."""
    persons = (name for name in names if is_person(name, data.site_names))
    return tuple(name for name in persons if letters(name) not in accounts)


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


def _profiles(tree: _Element, data: StructuredData) -> Iterator[tuple[str, str]]:
    """Names and addresses of authors' pages."""
    for node in (*data.nodes, *as_list(data.article.get("author"))):
        if isinstance(node, Mapping) and node.get("name"):
            yield str(node["name"]), str(node.get("url") or node.get("@id"))
    for link in tree.iter("a"):
        if "author" in (link.get("rel") or ""):
            yield text_of(link), link.get("href") or ""


def _is_shared(page: str) -> bool:
    """True for the page of an account that several persons share: "/author/admin/"."""
    return page.rstrip("/").rpartition("/")[2].lower() in ACCOUNTS


def credited_names(data: StructuredData) -> Iterator[str]:
    """All that structured data names as authors, as it says it: persons, desks, agencies."""
    for author in _authors_of(data):
        yield from (plain(name) for name in _names_of(author, data))
    yield from data.all(*META_AUTHORS)


def _json_ld(_tree: _Element, data: StructuredData) -> Iterator[str]:
    for author in as_list(data.article.get("author")):
        if not _is_organization(author, data):
            yield from _names_of(author, data)


def _json_ld_creator(_tree: _Element, data: StructuredData) -> Iterator[str]:
    for creator in as_list(data.article.get("creator")):
        if not _is_organization(creator, data):
            yield from _names_of(creator, data)


def _json_ld_desks(data: StructuredData) -> Iterator[str]:
    for author in _authors_of(data):
        if _is_organization(author, data):
            yield from _names_of(author, data)


def _authors_of(data: StructuredData) -> list[object]:
    return [*as_list(data.article.get("author")), *as_list(data.article.get("creator"))]


def _is_organization(author: object, data: StructuredData) -> bool:
    if not isinstance(author, Mapping):
        return False
    node = author if "@type" in author else data.by_id.get(str(author.get("@id")), author)
    return any(name.endswith("Organization") for name in types_of(node))


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


def _marked(tree: _Element, data: StructuredData) -> Iterator[str]:
    """Microdata and links that say that they are the author.

    Those of the article's head: the first one, and those in the same line.
    """
    headline = find_headline(tree, data)
    marked = (element for element in elements_with(tree, "itemprop", "rel") if _is_marked(element))
    own = [element for element in marked if _is_own(element, headline)]
    line = set(_line_around(own[0]).iter()) if own else set()
    for element in own:
        if element in line:
            yield _name_in(element)


def _name_in(element: _Element) -> str:
    """The name of a marked author, in its own property where it has one."""
    inner = (part for part in element.iter() if part.get("itemprop") == "name")
    named = next(inner, element)
    return spaced(named) or named.get("content") or ""


def _is_own(element: _Element, headline: _Element | None) -> bool:
    """Whether it is the article's, rather than a comment's or a teaser's."""
    if next(element.iterancestors("aside"), None) is not None:
        return False
    return not is_elsewhere(element, headline)


def _line_around(element: _Element) -> _Element:
    """The largest element around it that has no more text than a byline."""
    parent = element.getparent()
    while parent is not None and len(text_of(parent)) <= MAX_BYLINE:
        element, parent = parent, parent.getparent()
    return element


def _is_marked(element: _Element) -> bool:
    if element.get("itemprop") == "author":
        return True
    return element.tag == "a" and "author" in (element.get("rel") or "").split()


def _byline(tree: _Element, data: StructuredData) -> Iterator[str]:
    """Visible bylines by their class names; the first one that is short enough."""
    headline = find_headline(tree, data)
    for element in tree.iter("span", "a", "div", "p", "address", "h3", "h4", "h5", "li", "cite"):
        name = element.get("class") or ""
        if not _BYLINE_CLASS.search(name) or _NOT_BYLINE.search(name):
            continue
        text = spaced(element)
        if MIN_NAME < len(text) <= MAX_BYLINE and _is_own(element, headline):
            yield text
            return


_PERSONS = (_json_ld, _json_ld_creator, _meta, _marked, _byline)


def _unrepeated(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple({letters(name): name for name in reversed(names)}.values())[::-1]
