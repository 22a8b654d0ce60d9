"""The embedded index's fields and how an article fills them."""

from datetime import datetime
from typing import Any

import tantivy

from pipeline.records import EnrichedArticle
from search.fields import EXACT, FIELDS, Field, FieldKind, FieldValue, indexed_field
from storage.documents import fetched, milliseconds, stem_texts

VERSION = 3
"""Raised with every change to the schema or to what a word is.

An index of another version is not opened.
"""

WORDS = "words"
"""Under which name the analyzer is registered."""

STEMS = "stems"
"""Under which name the analyzer of texts that are stems already is registered."""

NEWEST, OLDEST = "newest", "oldest"
"""The fields that order articles, the greatest first."""

_HEXADECIMAL = frozenset("0123456789abcdef")
_SINCE_1900 = 2_208_988_800_000
_LATEST = (1 << 43) - 1
_ID_BITS = 21


def build() -> tantivy.Schema:
    """The schema: the searchable fields, the article itself, and what orders articles."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("article", stored=True)
    for field in FIELDS.values():
        if field.kind is FieldKind.TEXT:
            builder.add_text_field(field.name, tokenizer_name=WORDS)
            if field.whole:
                _add_exact(builder, column(field))
            if field.stemmed:
                builder.add_text_field(
                    stems_of(field.name), tokenizer_name=STEMS, index_option="freq"
                )
        elif field.kind is FieldKind.EXACT:
            _add_exact(builder, field.name)
        else:
            builder.add_integer_field(field.name, fast=True, indexed=True)
    builder.add_unsigned_field("fetched", fast=True)
    builder.add_unsigned_field(NEWEST, fast=True)
    builder.add_unsigned_field(OLDEST, fast=True)
    return builder.build()


def column(field: Field) -> str:
    """What keeps a field's whole values."""
    return f"{field.name}_exact" if field.whole else field.name


def stems_of(name: str) -> str:
    """What keeps the stems of a field."""
    return f"{name}_stems"


def indexed_name(name: str) -> str:
    """What keeps the whole values of a field by its name in ``search.fields.find``."""
    return column(indexed_field(name)) if name.endswith(EXACT) else name


def _add_exact(builder: tantivy.SchemaBuilder, name: str) -> None:
    builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")


def document(article: EnrichedArticle, schema: tantivy.Schema) -> tantivy.Document:
    """The article as a Tantivy document."""
    values: dict[str, Any] = {
        "id": article.id,
        "article": article.model_dump_json().encode(),
        "fetched": fetched(article),
        NEWEST: newest_rank(article),
        OLDEST: oldest_rank(article),
    }
    for field in FIELDS.values():
        if found := field.values(article):
            values[field.name] = [_kept(value) for value in found]
            if field.whole:
                values[column(field)] = list(dict.fromkeys(found))
    values |= {stems_of(name): text for name, text in stem_texts(article).items()}
    return tantivy.Document.from_dict(values, schema)


def _kept(value: FieldValue) -> str | int:
    return milliseconds(value) if isinstance(value, datetime) else value


def newest_rank(article: EnrichedArticle) -> int:
    """What ``NEWEST`` holds; see ``rank``."""
    return rank(NEWEST, _published(article), article.id)


def oldest_rank(article: EnrichedArticle) -> int:
    """What ``OLDEST`` holds; see ``rank``."""
    return rank(OLDEST, _published(article), article.id)


def rank(order: str, published: int | None, article_id: str) -> int:
    """Greater for the article that comes first; Tantivy orders by one number.

    43 bits are milliseconds since 1900, or from there to the end, and 0 without a date; 21 bits are
    from the id's first six characters.

    Args:
        order: ``NEWEST`` or ``OLDEST``.
        published: milliseconds since 1970.
        article_id: of two with the same date, the smaller id comes first.
    """
    date = 0
    if published is not None:
        since_1900 = min(max(published + _SINCE_1900, 1), _LATEST)
        date = since_1900 if order == NEWEST else _LATEST + 1 - since_1900
    return (date << _ID_BITS) + (1 << _ID_BITS) - 1 - _id_start(article_id)


def _published(article: EnrichedArticle) -> int | None:
    return None if article.published is None else milliseconds(article.published)


def _id_start(article_id: str) -> int:
    start = article_id[:6]
    hexadecimal = len(start) == 6 and set(start) <= _HEXADECIMAL  # noqa: PLR2004 - as above
    bits = (
        int(start, 16)
        if hexadecimal
        else int.from_bytes(article_id.encode(errors="replace")[:3].ljust(3, b"\0"))
    )
    return bits >> (24 - _ID_BITS)
