"""Who wrote it: persons first.

An agency or the house itself where the publisher lists it as an author.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lxml.etree import _Element

from pipeline.extract.metadata.agencies import agency_named
from pipeline.extract.metadata.bylines import DOMAIN, MAX_NAME, NO_PERSON, is_person, names_in
from pipeline.extract.metadata.jsonld import as_list, types_of
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.cleaning import letters, plain, spaced, text_of

# Meta names that carry authors; the first that is filled is taken, for they repeat each other.
META_AUTHORS = (
    "author", "article:author", "article:author_name", "og:article:author", "parsely-author", "sailthru.author",
    "cxenseparse:author", "dc.creator", "dcterms.creator", "byl", "citation_author", "dcsext.author",
)  # fmt: skip

MAX_AUTHORS = 12

_WORD = re.compile(r"[^\W_]+")
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
        others: agencies and the house, where they are listed as authors beside the persons; where
            no person is named, the desk, agency or account that is named instead.
    """

    persons: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def with_named(self, persons: tuple[str, ...]) -> tuple[str, ...]:
        """The authors, when ``persons`` are those known here or, where none were, those whom the text's top names."""
        return (*persons, *self.others) if self.persons else persons or self.others


def find_authors(tree: _Element, facts: StructuredData) -> Credits:
    """The authors by the first source that names persons; else the first desk or agency named."""
    accounts = _accounts(tree, facts)
    desks = tuple(names_in(_json_ld_desks(facts)))
    seen: list[tuple[str, ...]] = []
    for source in _PERSONS:
        names = tuple(dict.fromkeys(names_in(source(tree, facts))))[:MAX_AUTHORS]
        seen.append(names)
        persons = tuple(
            name
            for name in names
            if is_person(name, facts.site_names) and letters(name) not in accounts
        )
        if persons:
            listed = (*names, *desks) if source is _json_ld else ()
            beside = tuple(
                name for name in listed if name not in persons and _is_house(name, facts.site_names)
            )
            return Credits(_unrepeated(persons), _unrepeated(beside))
    json_ld, *others = seen
    return Credits(
        others=_unrepeated(next((names for names in (json_ld, desks, *others) if names), ()))
    )


def _is_house(name: str, site_names: frozenset[str]) -> bool:
    """True for an agency and for the publisher itself; not for a role or a desk."""
    return (
        bool(agency_named(name))
        or letters(name) in site_names
        or letters(name.split(maxsplit=1)[0]) in site_names
    )


def _accounts(tree: _Element, facts: StructuredData) -> frozenset[str]:
    """Names behind which is a shared account, by the address of the author's page.

    "/author/admin/".
    """
    pages = [
        (author.get("name"), author.get(key))
        for author in _authors_of(facts)
        if isinstance(author, Mapping)
        for key in ("url", "@id")
    ]
    pages += [
        (text_of(link), link.get("href"))
        for link in tree.iter("a")
        if "author" in (link.get("rel") or "").split()
    ]
    return frozenset(
        letters(str(name)) for name, address in pages if _is_account(str(address or ""))
    )


def _is_account(address: str) -> bool:
    words = _WORD.findall(address.split("?", 1)[0].rstrip("/").rpartition("/")[2].lower())
    return bool(words) and all(word in NO_PERSON for word in words)


def credited_names(facts: StructuredData) -> Iterator[str]:
    """All that structured data names as authors, as it says it: persons, desks, agencies."""
    for author in _authors_of(facts):
        yield from (plain(name) for name in _names_of(author, facts))
    yield from facts.all(*META_AUTHORS)


def _json_ld(_tree: _Element, facts: StructuredData) -> Iterator[str]:
    for author in as_list(facts.article.get("author")):
        if not _is_organization(author, facts):
            yield from _names_of(author, facts)


def _json_ld_creator(_tree: _Element, facts: StructuredData) -> Iterator[str]:
    for creator in as_list(facts.article.get("creator")):
        if not _is_organization(creator, facts):
            yield from _names_of(creator, facts)


def _json_ld_desks(facts: StructuredData) -> Iterator[str]:
    for author in _authors_of(facts):
        if _is_organization(author, facts):
            yield from _names_of(author, facts)


def _authors_of(facts: StructuredData) -> list[object]:
    return [*as_list(facts.article.get("author")), *as_list(facts.article.get("creator"))]


def _is_organization(author: object, facts: StructuredData) -> bool:
    if not isinstance(author, Mapping):
        return False
    node = author if "@type" in author else facts.by_id.get(str(author.get("@id")), author)
    return any(name.endswith("Organization") for name in types_of(node))


def _names_of(author: object, facts: StructuredData) -> Iterator[str]:
    """A name, a person, a reference to one, or a list as somebody's name."""
    if isinstance(author, str):
        reference = facts.by_id.get(author)
        yield from _names_of(reference, facts) if reference else (author,)
    elif isinstance(author, list):
        for item in author:
            yield from _names_of(item, facts)
    elif isinstance(author, Mapping):
        name = author.get("name") or facts.by_id.get(str(author.get("@id")), {}).get("name")
        if isinstance(name, (str, list)):
            yield from (item for item in as_list(name) if isinstance(item, str))
        elif author.get("givenName") or author.get("familyName"):
            yield f"{author.get('givenName', '')} {author.get('familyName', '')}"


def _meta(_tree: _Element, facts: StructuredData) -> list[str]:
    for name in META_AUTHORS:
        names = list(names_in(facts.all(name)))
        # What follows the site's own name is its address, not a person: "hessenschau.de,
        # Frankfurt".
        if names:
            return names[:1] if DOMAIN.search(names[0]) else names
    return []


def _marked(tree: _Element, _facts: StructuredData) -> Iterator[str]:
    """Microdata and links that say that they are the author."""
    for element in tree.iter():
        if element.get("itemprop") == "author" or (
            element.tag == "a" and "author" in (element.get("rel") or "").split()
        ):
            inner = next(
                (part for part in element.iter() if part.get("itemprop") == "name"), element
            )
            text = spaced(inner) or inner.get("content") or ""
            if len(text) <= MAX_NAME * 2:
                yield text


def _byline(tree: _Element, _facts: StructuredData) -> Iterator[str]:
    """Visible bylines by their class names; the first one that is short enough."""
    for element in tree.iter("span", "a", "div", "p", "address", "h3", "h4", "h5", "li", "cite"):
        name = element.get("class") or ""
        if name and _BYLINE_CLASS.search(name) and not _NOT_BYLINE.search(name):
            text = spaced(element)
            if 2 < len(text) <= MAX_NAME * 2:  # noqa: PLR2004
                yield text
                return


_PERSONS = (_json_ld, _json_ld_creator, _meta, _marked, _byline)


def _unrepeated(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple({letters(name): name for name in reversed(names)}.values())[::-1]
