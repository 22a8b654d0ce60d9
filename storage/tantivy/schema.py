"""The embedded index's fields and how an article fills them."""

from datetime import datetime
from typing import Any

import tantivy

from pipeline.records import EnrichedArticle
from search.fields import FIELDS, FieldKind, FieldValue
from storage.documents import fetched, milliseconds

VERSION = 2
"""Raised with every change to the schema or to what a word is.

An index of another version is not opened.
"""

WORDS = "words"
"""Under which name the analyzer is registered."""

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
        elif field.kind is FieldKind.EXACT:
            builder.add_text_field(
                field.name, fast=True, tokenizer_name="raw", index_option="basic"
            )
        else:
            builder.add_integer_field(field.name, fast=True, indexed=True)
    builder.add_unsigned_field("fetched", fast=True)
    builder.add_unsigned_field(NEWEST, fast=True)
    builder.add_unsigned_field(OLDEST, fast=True)
    return builder.build()


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
    return tantivy.Document.from_dict(values, schema)


def _kept(value: FieldValue) -> str | int:
    return milliseconds(value) if isinstance(value, datetime) else value


def newest_rank(article: EnrichedArticle) -> int:
    """Greater for the later published, then for the smaller id; Tantivy orders by one number.

    43 bits are milliseconds since 1900, 0 without a date; 21 bits are from the id's first six
    characters.
    """
    return _rank(_since_1900(article) or 0, article.id)


def oldest_rank(article: EnrichedArticle) -> int:
    """Greater for the earlier published, then for the smaller id.

    In the same bits, 0 without a date.
    """
    date = _since_1900(article)
    return _rank(0 if date is None else _LATEST + 1 - date, article.id)


def _since_1900(article: EnrichedArticle) -> int | None:
    """When it was published, in milliseconds from 1 to ``_LATEST``."""
    if article.published is None:
        return None
    return min(max(milliseconds(article.published) + _SINCE_1900, 1), _LATEST)


def _rank(date: int, article_id: str) -> int:
    return (date << _ID_BITS) + (1 << _ID_BITS) - 1 - _id_start(article_id)


def _id_start(article_id: str) -> int:
    start = article_id[:6]
    hexadecimal = len(start) == 6 and set(start) <= _HEXADECIMAL  # noqa: PLR2004 - as above
    bits = (
        int(start, 16)
        if hexadecimal
        else int.from_bytes(article_id.encode(errors="replace")[:3].ljust(3, b"\0"))
    )
    return bits >> (24 - _ID_BITS)
