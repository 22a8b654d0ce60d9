"""Every row of the table of fields is filled by each backend, and found by a query on it.

A new row that no document builder fills fails here.
"""

from datetime import datetime

import pytest

from pipeline.records import EnrichedArticle
from search.fields import FIELDS, Field, FieldValue
from storage.index import Index
from tests.support.data.articles import article, full_article
from tests.support.index_questions import found, put

FULL = full_article()
OTHER = article(
    "other",
    host="other.example",
    published="2001-01-01T00:00:00Z",
    first_seen="2001-01-02T00:00:00Z",
    language=None,
)
OF_THE_INDEX = {"version"}
"""Attributes that the index sets."""


@pytest.fixture(scope="module")
def filled(shared_index: Index) -> Index:
    put(shared_index, FULL, OTHER)
    return shared_index


@pytest.mark.parametrize("name", sorted(set(EnrichedArticle.model_fields) - OF_THE_INDEX))
def test_the_full_article_has_every_attribute(name: str) -> None:
    assert getattr(FULL, name)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_each_value_of_a_field_finds_its_article_and_no_other(filled: Index, field: Field) -> None:
    values = field.values(FULL)
    assert values
    for value in values:
        expected = {"full", "other"} if value in field.values(OTHER) else {"full"}
        assert found(filled, f"{field.name}:{_quoted(value)}", copies=True) == expected
        assert expected == {"full"} or field.name == "has"


def test_the_article_comes_back_as_it_was(filled: Index) -> None:
    assert filled.get(FULL.id) == FULL


def _quoted(value: FieldValue) -> str:
    written = value.isoformat() if isinstance(value, datetime) else str(value)
    return f'"{written}"'
