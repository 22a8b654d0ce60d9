"""The index template: settings, analyzer and mapping of every month's index."""

import re
from copy import deepcopy
from typing import Any

from pipeline.records import EnrichedArticle
from search.fields import DERIVED, EXACT, FIELDS, Field, FieldKind, indexed_field
from search.text import LONGEST_TOKEN, WORD_PATTERN
from storage.documents import stem_texts

VERSION = 2
"""Raised with every change to the mapping or to what a word is; part of the indices' names."""

WHOLE = "exact"
"""Names what keeps the whole values of a text field, beneath it."""

_TEXT = {"type": "text", "analyzer": "newsloom_words"}
_STEMS = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
_EXACT = {"type": "keyword", "ignore_above": 8191}
_LOWERED = {"type": "keyword", "normalizer": "lowercase"}
_KEPT = {"type": "keyword", "index": False, "doc_values": False}
_DATE = {"type": "date"}
_NUMBER = {"type": "integer"}

_UNSEARCHED: dict[str, Any] = {
    "id": _EXACT,
    "published_evidence": {"type": "object", "enabled": False},
    "declared_language": _KEPT,
    "image": _KEPT,
    "outlinks": _KEPT,
    "free": {"type": "boolean"},
    "truncated": {"type": "boolean"},
    "fetched_at": _DATE,
    "summary": {"type": "text", "index": False},
    "reading_minutes": _NUMBER,
    "version": _NUMBER,
    "extra": {"type": "object", "enabled": False},
    "duplicate_of": {
        "properties": {
            "rule": _EXACT,
            "score": {"type": "float", "index": False},
            "matched": _KEPT,
        },
    },
    DERIVED: {"properties": {}},
}
"""What an article has beside ``search.fields``."""


def properties() -> dict[str, Any]:
    """The mapping of an article: the search fields, and what is kept beside them."""
    mapped = deepcopy(_UNSEARCHED)
    for field in FIELDS.values():
        for path in field.paths:
            *parents, name = path.split(".")
            place = mapped
            for parent in parents:
                place = place[parent]["properties"]
            place[name] = _mapped(field)
        if field.stemmed:
            mapped[DERIVED]["properties"][f"{field.name}_stems"] = _STEMS
    return mapped


def paths(name: str) -> list[str]:
    """What keeps the whole values of a field by its name in ``search.fields.find``."""
    field = indexed_field(name)
    return [column(field)] if name.endswith(EXACT) else list(field.paths)


def stems_of(name: str) -> str:
    """What keeps the stems of a field."""
    return f"{DERIVED}.{name}_stems"


def derived(article: EnrichedArticle) -> dict[str, Any]:
    """What a document has beside the article: the values and stems that no attribute holds."""
    values = {
        field.name: field.values(article) for field in FIELDS.values() if field.derive is not None
    }
    stems = {f"{name}_stems": text for name, text in stem_texts(article).items()}
    return {DERIVED: {**values, **stems}}


def column(field: Field) -> str:
    """What keeps a field's whole values."""
    return f"{field.paths[0]}.{WHOLE}" if field.whole else field.paths[0]


def _mapped(field: Field) -> dict[str, Any]:
    if field.kind is FieldKind.EXACT:
        return _LOWERED if field.lowercase else _EXACT
    if field.whole:
        return _TEXT | {"fields": {WHOLE: _EXACT}}
    return {FieldKind.TEXT: _TEXT, FieldKind.MOMENT: _DATE, FieldKind.NUMBER: _NUMBER}[field.kind]


_ANALYSIS = {
    "tokenizer": {"newsloom_words": {"type": "pattern", "pattern": WORD_PATTERN, "group": 0}},
    "filter": {"newsloom_length": {"type": "length", "max": LONGEST_TOKEN}},
    "analyzer": {
        "newsloom_words": {
            "type": "custom",
            "tokenizer": "newsloom_words",
            "filter": ["asciifolding", "lowercase", "newsloom_length"],
        },
    },
}


HISTORY_VERSION = 1
"""Raised with every change to the mapping below; part of the history indices' names."""

_VERSION_PROPERTIES: dict[str, Any] = {
    "article": _EXACT,
    "version": _NUMBER,
    "fetched_at": _DATE,
    "content": {"type": "object", "enabled": False},
}


def rebuilt_pattern(name: str) -> str:
    """Matches indices that a rebuild has made; the template does not, as it adds the alias."""
    return f"{name}-v{VERSION}r*"


def is_current(name: str, index: str) -> bool:
    """Whether an index, by its name, is of this version."""
    return re.match(rf"{re.escape(name)}-v{VERSION}(r\d+)?-", index) is not None


def build(name: str, shards: int = 1) -> dict[str, Any]:
    """The composable template for the indices of ``name``.

    Each joins the alias ``name`` when it is made.

    Unknown fields are refused: a mapping that grows by itself ends with fields of the wrong kind.
    """
    return {
        "index_patterns": [f"{name}-v{VERSION}-*"],
        "priority": 300,
        "template": {
            "settings": {
                "analysis": _ANALYSIS,
                "number_of_shards": shards,
                "auto_expand_replicas": "0-1",
            },
            "mappings": {
                "dynamic": "strict",
                # It follows from the rest, and is as long as the text again.
                "_source": {"excludes": [DERIVED]},
                "properties": properties(),
            },
            "aliases": {name: {}},
        },
        "_meta": {"about": "Newsloom's articles, one index a month"},
    }


def build_history(name: str) -> dict[str, Any]:
    """The composable template for the older versions of articles, also one index a month.

    Each joins the alias ``{name}-history``. They are looked up by article and never searched:
    nothing else is indexed.
    """
    return {
        "index_patterns": [f"{name}-history-v{HISTORY_VERSION}-*"],
        "priority": 300,
        "template": {
            "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
            "mappings": {"dynamic": "strict", "properties": _VERSION_PROPERTIES},
            "aliases": {f"{name}-history": {}},
        },
        "_meta": {"about": "older versions of Newsloom's articles, one index a month"},
    }
