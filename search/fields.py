"""The fields that a query can name, each described once.

From this table follow the Tantivy schema and its documents, the Elasticsearch mapping, and where a
query looks. A new field is one entry here, and one in ``docs/search.md``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from pipeline.records import EnrichedArticle
from search.traits import DATED, PARTS, TRAITS, dated, has, links_to, traits

DERIVED = "derived"
"""Under which name an index keeps what no attribute of the article holds."""

EXACT = ".exact"
"""Ends a field's name for its very words, or for its whole values."""

FieldValue = str | int | datetime


class FieldKind(StrEnum):
    """What a field holds, and so what can be asked of it."""

    TEXT = "text"
    EXACT = "exact"
    MOMENT = "moment"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its name in queries.

    Attributes:
        about: one line for the documentation and the error that lists the fields.
        attributes: what fills it, as paths from ``EnrichedArticle``; by default the attribute of
            the same name.
        lowercase: values are kept in lower case, so that what is asked for is lowered too.
        ranked: a match is worth more the rarer the word and the shorter the text (BM25). Only for
            fields that every article has: Lucene reckons with the articles that have the field,
            Tantivy with all. A match in another field is worth its weight, whatever the word.
        derive: what fills it, where no attribute does.
        allowed: the values that there are, where they are few.
        stemmed: the stems of its words are kept too, by the article's language.
        whole: its values are also kept whole, beside their words: counted by, and asked for as
            ``NAME.exact``.
        facet: its most frequent values can be counted over all matching articles.
    """

    name: str
    kind: FieldKind
    about: str
    attributes: tuple[str, ...] = ()
    lowercase: bool = False
    ranked: bool = False
    derive: Callable[[EnrichedArticle], tuple[str, ...]] | None = None
    allowed: tuple[str, ...] = ()
    stemmed: bool = False
    whole: bool = False
    facet: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """The attributes that fill it."""
        return self.attributes or (f"{DERIVED}.{self.name}" if self.derive else self.name,)

    def values(self, article: EnrichedArticle) -> list[FieldValue]:
        """What an article has in this field; an exact value once."""
        if self.derive:
            return list(self.derive(article))
        found = [value for path in self.paths for value in _values_at(article, path)]
        if self.lowercase:
            found = [str(value).lower() for value in found]
        return list(dict.fromkeys(found)) if self.kind is FieldKind.EXACT else found


def _values_at(article: EnrichedArticle, path: str) -> Iterator[FieldValue]:
    first, _, rest = path.partition(".")
    value = getattr(article, first)
    if value is None:
        return
    if rest:
        value = attrgetter(rest)(value)
    if isinstance(value, tuple):
        yield from value
    else:
        yield value


_EXACT, _TEXT = FieldKind.EXACT, FieldKind.TEXT


def _label(name: str, about: str, attribute: str) -> Field:
    return Field(name, _TEXT, about, attributes=(attribute,), whole=True, facet=True)


def _derived(
    name: str,
    about: str,
    derive: Callable[[EnrichedArticle], tuple[str, ...]],
    allowed: tuple[str, ...],
) -> Field:
    return Field(name, _EXACT, about, derive=derive, allowed=allowed, lowercase=True, facet=True)


FIELDS = {
    field.name: field
    for field in (
        Field("title", _TEXT, "words of the headline", ranked=True, stemmed=True),
        Field("body", _TEXT, "words of the text", ranked=True, stemmed=True),
        Field("description", _TEXT, "words of the publisher's own summary", stemmed=True),
        _label("author", "words of an author's name", "authors"),
        _label("section", "words of the section", "section"),
        _label("tag", "words of a tag that the publisher gave", "tags"),
        _label("keyword", "words of a keyword that Newsloom found", "keywords"),
        Field("source", _EXACT, "id of the source", facet=True),
        Field(
            "agency",
            _EXACT,
            "the news agency it is credited to, such as reuters",
            lowercase=True,
            facet=True,
        ),
        Field(
            "host",
            _EXACT,
            "the site's host name, such as www.bbc.co.uk",
            lowercase=True,
            facet=True,
        ),
        Field("language", _EXACT, "two-letter code, such as en", lowercase=True, facet=True),
        Field(
            "url",
            _EXACT,
            "the whole address, in quotation marks",
            attributes=("url", "canonical_url"),
        ),
        Field(
            "duplicate_of",
            _EXACT,
            "id of the article that this one is a copy of",
            attributes=("duplicate_of.article",),
        ),
        Field("published", FieldKind.MOMENT, "when it was published"),
        Field("modified", FieldKind.MOMENT, "when it was last changed"),
        Field("first_seen", FieldKind.MOMENT, "when Newsloom first met it"),
        Field("word_count", FieldKind.NUMBER, "words of the text"),
        _derived("dated", "how sure the date is: sure, likely, doubtful, none", dated, DATED),
        _derived("has", f"what it has: {', '.join(PARTS)}", has, PARTS),
        Field(
            "links_to",
            _EXACT,
            "a site that its text links to, such as example.org, or a host of it",
            derive=links_to,
            lowercase=True,
        ),
        _derived("is", f"what it is: {', '.join(TRAITS)}", traits, TRAITS),
    )
}
"""Every field by name."""

SOURCE_GROUPS = {
    field.name: field
    for field in (
        Field("source_tag", _EXACT, "a tag of the source in the sources file", lowercase=True),
        Field(
            "collection", _EXACT, "a collection that the source belongs to there", lowercase=True
        ),
        Field("country", _EXACT, "the country of the source there, such as fr", lowercase=True),
        Field("source_kind", _EXACT, "feed, sitemap or section: what is polled", lowercase=True),
    )
}
"""Fields that no article has: a value stands for ids of sources (``search.language.groups``)."""

FACETS = tuple(field.name for field in FIELDS.values() if field.facet)
"""The fields whose most frequent values a search can count."""

ALIASES = {"lang": "language", "authors": "author", "tags": "tag", "keywords": "keyword"}
"""Other names that people try."""

EVERYWHERE = (("title", 2.0), ("description", 1.0), ("body", 1.0))
"""Where a word without a field is looked for, with the weight of each place."""


def find(name: str) -> Field | None:
    """The field that a query names, also by its other name, or as ``NAME.exact``."""
    base, dot, _ = name.rpartition(EXACT)
    field = FIELDS.get(ALIASES.get(base or name, base or name))
    if field is None or not dot:
        return field
    if field.whole:
        return replace(field, name=f"{field.name}{EXACT}", kind=_EXACT, whole=False)
    return replace(field, name=f"{field.name}{EXACT}", stemmed=False) if field.stemmed else None


def indexed_field(name: str) -> Field:
    """The entry of ``FIELDS`` that a name of ``find`` belongs to."""
    return FIELDS[name.removesuffix(EXACT)]
