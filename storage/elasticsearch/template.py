"""The index template: settings, analyzer and mapping of every month's index."""

from typing import Any

from search.text import LONGEST_TOKEN, WORD_PATTERN

VERSION = 1
"""Raised with every change to the mapping or to what a word is; part of the indices' names."""

_TEXT = {"type": "text", "analyzer": "newsloom_words"}
_EXACT = {"type": "keyword", "ignore_above": 8191}
_LOWERED = {"type": "keyword", "normalizer": "lowercase"}
_KEPT = {"type": "keyword", "index": False, "doc_values": False}
_DATE = {"type": "date"}
_NUMBER = {"type": "integer"}

_PROPERTIES: dict[str, Any] = {
    "id": _EXACT,
    "url": _EXACT,
    "canonical_url": _EXACT,
    "source": _EXACT,
    "host": _LOWERED,
    "title": _TEXT,
    "body": _TEXT,
    "description": _TEXT,
    "section": _TEXT,
    "authors": _TEXT,
    "published": _DATE,
    "published_evidence": {"type": "object", "enabled": False},
    "modified": _DATE,
    "declared_language": _KEPT,
    "image": _KEPT,
    "tags": _TEXT,
    "agency": _LOWERED,
    "free": {"type": "boolean"},
    "truncated": {"type": "boolean"},
    "first_seen": _DATE,
    "fetched_at": _DATE,
    "language": _LOWERED,
    "keywords": _TEXT,
    "summary": {"type": "text", "index": False},
    "word_count": _NUMBER,
    "reading_minutes": _NUMBER,
    "version": _NUMBER,
    "duplicate_of": {
        "properties": {
            "article": _EXACT,
            "rule": _EXACT,
            "score": {"type": "float", "index": False},
            "matched": _KEPT,
        },
    },
}

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


def build(name: str) -> dict[str, Any]:
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
                "number_of_shards": 1,
                "auto_expand_replicas": "0-1",
            },
            "mappings": {"dynamic": "strict", "properties": _PROPERTIES},
            "aliases": {name: {}},
        },
        "_meta": {"about": "Newsloom's articles, one index a month"},
    }


def build_history(name: str) -> dict[str, Any]:
    """The composable template for the older versions of the articles of ``name``, also one index a month.

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
