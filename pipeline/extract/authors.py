"""Who wrote it: names of persons; a desk or an agency only where the page names nobody else."""

import re
from collections.abc import Iterable, Iterator, Mapping

from lxml.etree import _Element

from pipeline.extract.agencies import agency_named
from pipeline.extract.facts import Facts
from pipeline.extract.jsonld import as_list, types_of
from pipeline.extract.moments import SHOWN_DATE
from pipeline.extract.text import letters, plain, text_of

# How a byline begins, by language.
BYLINE_STARTS = (
    "by", "written by", "posted by", "story by", "words by", "reported by", "author:", "authors:",  # English
    "von", "ein kommentar von", "eine analyse von", "text von", "text:", "autor:", "interview:",  # German
    "par", "propos recueillis par", "por", "escrito por", "di", "a cura di",  # French, Spanish, Portuguese, Italian
    "door", "av", "af", "tekst:",  # Dutch, Nordic
    "autor", "auteur", "redacción:", "текст:", "автор:",
)  # fmt: skip

# Words that name a desk, a role or a login rather than a person, anywhere in a name.
_NO_PERSON = """
    twitter facebook instagram linkedin whatsapp email
    admin administrator administrador editor editors editorial editorial-team redaktion redaktör redaccion
    redacción redazione rédaction redactie redação redakcja редакция staff newsroom newsdesk desk team
    webmaster web sub guest user author authors correspondent reporter reporters contributor contributors
    agency agencies agencia agencias agentur agenturen agence press presse news nachrichten noticias online
    digital media correspondents unknown anonymous service wire report newspaper magazin radio tv
"""
NO_PERSON = frozenset(_NO_PERSON.split())

# Meta names that carry authors; the first that is filled is taken, for they repeat each other.
META_AUTHORS = (
    "author", "article:author", "article:author_name", "og:article:author", "parsely-author", "sailthru.author",
    "cxenseparse:author", "dc.creator", "dcterms.creator", "byl", "citation_author", "dcsext.author",
)  # fmt: skip

MAX_NAME = 60
MAX_AUTHORS = 12

_JOINT = re.compile(
    r"\s*(?:[;|•·/\n]|,(?!\s*(?:Jr|Sr|Ph|MD|M\.D|II|III)\b)|\s(?:and|und|et|y|e|og|och|en|ve|и|&|with|mit)\s)\s*",
    re.IGNORECASE,
)
BYLINE_START = re.compile(
    rf"^\s*(?:{'|'.join(map(re.escape, sorted(BYLINE_STARTS, key=len, reverse=True)))})[\s:]+", re.IGNORECASE
)
_NO_NAME = re.compile(r"https?:|www\.|@|\d{3,}|[{}<>_=]|\.(?:com|org|net)\b", re.IGNORECASE)
_DOMAIN = re.compile(r"\b[\w-]+\.(?:com|org|net|info|tv|news|[a-z]{2})\b", re.IGNORECASE)
_URL = re.compile(r"https?://\S+")
_CAPITALS = re.compile(r"(?:[A-ZÀ-ÞĀ-ſА-Я][\w'’.-]*\s+){1,3}[A-ZÀ-ÞĀ-ſА-Я][\w'’.-]*")
# What follows the names in a byline, and the desk that stands before them: "capital von Ann Lee 5. Mai 2024".
_WHEN = "published|updated|posted|last modified|veröffentlicht|aktualisiert|publié|publicado"
_AFTER_NAMES = re.compile(rf"\s*(?:{SHOWN_DATE.pattern}|\b(?:{_WHEN})\b).*$", re.IGNORECASE)
_BEFORE_NAMES = re.compile(r"^[a-zäöü-]+\s+(?:von|by)\s+(?=[A-ZÀ-Þ])")
_CLOCK = re.compile(r"(?<=\D)\d{1,2}[:.]\d{2}.*$")
_ROLE = re.compile(r"\s*(?:\(.*\)|\[.*\])\s*$")
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|author|authors|autor|writer)(?:[\s_-]|$)|author-?name|byline-?name", re.IGNORECASE
)
_NOT_BYLINE = re.compile(r"bio|box|about|avatar|image|comment|widget|related|social|photo|date|desc", re.IGNORECASE)


def find_authors(tree: _Element, facts: Facts) -> tuple[str, ...]:
    """The authors by the first source that names persons; else the first desk or agency named."""
    named = [tuple(dict.fromkeys(names_in(source(tree, facts))))[:MAX_AUTHORS] for source in _PERSONS]
    for names in named:
        persons = tuple(name for name in names if is_person(name, facts.site_names))
        if persons:
            return _unrepeated(persons)
    desks = tuple(names_in(_json_ld_desks(tree, facts)))
    json_ld, *others = named
    return _unrepeated(next((names for names in (json_ld, desks, *others) if names), ()))


def bylines(facts: Facts) -> Iterator[str]:
    """All that structured data names as authors, as it says it: persons, desks, agencies."""
    for author in _authors_of(facts):
        yield from (plain(name) for name in _names_of(author, facts))
    yield from facts.all(*META_AUTHORS)


def is_person(name: str, site_names: frozenset[str] = frozenset()) -> bool:
    """True for what can be a person's name: no desk, no agency, not the paper itself, no sentence."""
    words = name.lower().split()
    if letters(name) in site_names or any(letters(word) in site_names for word in words) or _DOMAIN.search(name):
        return False
    if agency_named(name):
        return False
    return not any(word.strip(".,:()") in NO_PERSON for word in words) and len(words) <= 6  # noqa: PLR2004 - no sentence


def names_in(bylines: Iterable[str]) -> Iterator[str]:
    """The single names in bylines such as "By Ann Lee and Bob Ray (Reuters)"."""
    for byline in bylines:
        line = _AFTER_NAMES.sub("", _CLOCK.sub("", _URL.sub("", plain(byline))))
        for piece in _JOINT.split(BYLINE_START.sub("", _BEFORE_NAMES.sub("", line))):
            name = _ROLE.sub("", BYLINE_START.sub("", piece)).strip(" ,.:-–—*\"'")
            if 2 <= len(name) <= MAX_NAME and not _NO_NAME.search(name):  # noqa: PLR2004
                yield name


def _json_ld(_tree: _Element, facts: Facts) -> Iterator[str]:
    for author in _authors_of(facts):
        if not _is_organization(author):
            yield from _names_of(author, facts)


def _json_ld_desks(_tree: _Element, facts: Facts) -> Iterator[str]:
    for author in _authors_of(facts):
        if _is_organization(author):
            yield from _names_of(author, facts)


def _authors_of(facts: Facts) -> list[object]:
    return [*as_list(facts.article.get("author")), *as_list(facts.article.get("creator"))]


def _is_organization(author: object) -> bool:
    return isinstance(author, Mapping) and any(name.endswith("Organization") for name in types_of(author))


def _names_of(author: object, facts: Facts) -> Iterator[str]:
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


def _meta(_tree: _Element, facts: Facts) -> list[str]:
    for name in META_AUTHORS:
        names = list(names_in(facts.all(name)))
        if names:  # what follows the site's own name is its address, not a person: "hessenschau.de, Frankfurt"
            return names[:1] if _DOMAIN.search(names[0]) else names
    return []


def _marked(tree: _Element, _facts: Facts) -> Iterator[str]:
    """Microdata and links that say that they are the author."""
    for element in tree.iter():
        if element.get("itemprop") == "author" or (
            element.tag == "a" and "author" in (element.get("rel") or "").split()
        ):
            inner = next((part for part in element.iter() if part.get("itemprop") == "name"), element)
            text = text_of(inner) or inner.get("content") or ""
            if len(text) <= MAX_NAME * 2:
                yield text


def _byline(tree: _Element, _facts: Facts) -> Iterator[str]:
    """Visible bylines by their class names; the first one that is short enough."""
    for element in tree.iter("span", "a", "div", "p", "address", "h3", "h4", "h5", "li", "cite"):
        name = element.get("class") or ""
        if name and _BYLINE_CLASS.search(name) and not _NOT_BYLINE.search(name):
            text = text_of(element)
            if 2 < len(text) <= MAX_NAME * 2:  # noqa: PLR2004
                yield text
                return


_PERSONS = (_json_ld, _meta, _marked, _byline)


def opening_byline(line: str) -> tuple[str, ...]:
    """The persons named in a line at the top of a text that is a byline and nothing else.

    "By Ann Lee and Bob Ray", or just the names; then each is of two to four words that begin with capitals.
    """
    if len(line) > 2 * MAX_NAME or line.endswith((".", "!", "?", "…")) or _URL.search(line):
        return ()
    names = tuple(names_in([line]))
    return names if all(is_person(name) and _CAPITALS.fullmatch(name) for name in names) else ()


def _unrepeated(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple({letters(name): name for name in reversed(names)}.values())[::-1]
