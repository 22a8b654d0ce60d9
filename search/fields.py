"""The fields that a query can name."""

from dataclasses import dataclass
from enum import StrEnum


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
        lowercase: values are kept in lower case, so that what is asked for is lowered too.
        ranked: a match is worth more the rarer the word and the shorter the text (BM25). Only for
            fields that every article has: Lucene reckons with the articles that have the field,
            Tantivy with all. A match in another field is worth its weight, whatever the word.
    """

    name: str
    kind: FieldKind
    about: str
    lowercase: bool = False
    ranked: bool = False


FIELDS = {
    field.name: field
    for field in (
        Field("title", FieldKind.TEXT, "words of the headline", ranked=True),
        Field("body", FieldKind.TEXT, "words of the text", ranked=True),
        Field("description", FieldKind.TEXT, "words of the publisher's own summary"),
        Field("author", FieldKind.TEXT, "words of an author's name"),
        Field("section", FieldKind.TEXT, "words of the section"),
        Field("tag", FieldKind.TEXT, "words of a tag that the publisher gave"),
        Field("keyword", FieldKind.TEXT, "words of a keyword that Newsloom found"),
        Field("source", FieldKind.EXACT, "id of the source"),
        Field(
            "agency",
            FieldKind.EXACT,
            "the news agency it is credited to, such as reuters",
            lowercase=True,
        ),
        Field(
            "host", FieldKind.EXACT, "the site's host name, such as www.bbc.co.uk", lowercase=True
        ),
        Field("language", FieldKind.EXACT, "two-letter code, such as en", lowercase=True),
        Field("url", FieldKind.EXACT, "the whole address, in quotation marks"),
        Field("duplicate_of", FieldKind.EXACT, "id of the article that this one is a copy of"),
        Field("published", FieldKind.MOMENT, "when it was published"),
        Field("modified", FieldKind.MOMENT, "when it was last changed"),
        Field("first_seen", FieldKind.MOMENT, "when Newsloom first met it"),
        Field("word_count", FieldKind.NUMBER, "words of the text"),
    )
}
"""Every field by name."""

ALIASES = {"lang": "language", "authors": "author", "tags": "tag", "keywords": "keyword"}
"""Other names that people try."""

EVERYWHERE = (("title", 2.0), ("description", 1.0), ("body", 1.0))
"""Where a word without a field is looked for, with the weight of each place."""
