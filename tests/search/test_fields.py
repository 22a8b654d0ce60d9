"""The one table of search fields, and that every backend follows it."""

import json
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
import tantivy

from pipeline.records import EnrichedArticle
from search.fields import (
    ALIASES,
    DERIVED,
    EVERYWHERE,
    FACETS,
    FIELDS,
    Field,
    FieldKind,
    find,
    indexed_field,
)
from storage.documents import milliseconds
from storage.elasticsearch import template
from storage.tantivy import schema
from tests.support.data.articles import article, article_id, full_article

FULL = full_article()


def mapped(path: str) -> dict[str, Any]:
    """The Elasticsearch mapping at a path of an article."""
    found: dict[str, Any] = {"properties": template.properties()}
    for name in path.split("."):
        found = found["properties"][name]
    return found


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_a_field_is_filled_from_an_article(field: Field) -> None:
    assert field.values(FULL)
    assert field.derive or all(attrgetter(path)(FULL) for path in field.paths)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_a_field_is_in_the_tantivy_document(field: Field) -> None:
    document = schema.document(FULL, schema.build())
    expected = [
        milliseconds(value) if isinstance(value, datetime) else value
        for value in field.values(FULL)
    ]
    assert document.to_dict()[field.name] == expected


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_a_field_is_mapped_for_elasticsearch_by_its_kind(field: Field) -> None:
    types = {
        FieldKind.TEXT: "text",
        FieldKind.EXACT: "keyword",
        FieldKind.MOMENT: "date",
        FieldKind.NUMBER: "integer",
    }
    for path in field.paths:
        assert mapped(path)["type"] == types[field.kind]
        assert ("normalizer" in mapped(path)) is field.lowercase


def test_the_mapping_has_every_attribute_of_an_article_and_no_other() -> None:
    """Unknown fields are refused by Elasticsearch."""
    assert set(template.properties()) == {*EnrichedArticle.model_fields, DERIVED}


def test_what_is_derived_is_in_the_elasticsearch_document_as_mapped() -> None:
    (name, made), *others = template.derived(FULL).items()
    assert (name, others) == (DERIVED, [])
    assert set(made) == set(template.properties()[DERIVED]["properties"])
    assert made["dated"] == ["sure"]
    assert "en:ferri" in made["title_stems"].split()


def test_an_empty_article_has_no_values_but_what_every_article_has() -> None:
    bare = article(published=None, language=None)
    assert {field.name for field in FIELDS.values() if field.values(bare)} == {
        "title",
        "body",
        "source",
        "host",
        "url",
        "first_seen",
        "word_count",
        "dated",
        "is",
    }
    assert "agency" not in schema.document(bare, schema.build()).to_dict()


def test_values_are_as_they_are_asked_for() -> None:
    assert FIELDS["agency"].values(FULL) == ["reuters"]
    assert FIELDS["host"].values(FULL) == ["news.example"]
    assert FIELDS["author"].values(FULL) == ["Ann One", "Bob Two"]
    assert FIELDS["duplicate_of"].values(FULL) == [article_id("original")]
    assert FIELDS["url"].values(article()) == ["https://news.example/one"]
    assert len(FIELDS["url"].values(FULL)) == 2


def test_the_mapping_and_the_schema_are_those_of_the_stored_indices(tmp_path: Path) -> None:
    """A change to either needs a new ``VERSION``, and a way for the indices that are there."""
    assert (template.VERSION, schema.VERSION) == (2, 3)
    assert mapped("duplicate_of") == {
        "properties": {
            "article": {"type": "keyword", "ignore_above": 8191},
            "rule": {"type": "keyword", "ignore_above": 8191},
            "score": {"type": "float", "index": False},
            "matched": {"type": "keyword", "index": False, "doc_values": False},
        }
    }
    tantivy.Index(schema.build(), str(tmp_path))
    assert [field["name"] for field in stored_schema(tmp_path)] == [
        "id",
        "article",
        *(name for field in FIELDS.values() for name in _kept_as(field)),
        "fetched",
        "newest",
        "oldest",
    ]


def _kept_as(field: Field) -> list[str]:
    names = dict.fromkeys([field.name, schema.column(field)])
    return [*names, *([schema.stems_of(field.name)] if field.stemmed else [])]


def stored_schema(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "meta.json").read_text())["schema"]
    return found


def test_facets_are_exact_values() -> None:
    assert all(FIELDS[name].whole or FIELDS[name].kind is FieldKind.EXACT for name in FACETS)


def test_other_names_and_places_are_of_fields() -> None:
    assert set(ALIASES.values()) <= set(FIELDS)
    assert not set(ALIASES) & set(FIELDS)
    assert {name for name, _ in EVERYWHERE} <= set(FIELDS)


@pytest.mark.parametrize(
    ("name", "kind", "stemmed"),
    [
        ("title", FieldKind.TEXT, True),
        ("title.exact", FieldKind.TEXT, False),
        ("author.exact", FieldKind.EXACT, False),
        ("authors.exact", FieldKind.EXACT, False),
        ("lang", FieldKind.EXACT, False),
    ],
)
def test_fields_are_found_by_all_their_names(name: str, kind: FieldKind, *, stemmed: bool) -> None:
    field = find(name)
    assert field is not None
    assert (field.kind, field.stemmed) == (kind, stemmed)
    assert indexed_field(field.name) in FIELDS.values()


@pytest.mark.parametrize("name", ["colour", "source.exact", "published.exact", ".exact", "a.exact"])
def test_other_names_are_of_no_field(name: str) -> None:
    assert find(name) is None
