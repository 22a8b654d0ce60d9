"""The Tantivy query that a plan becomes, by what it finds in a small index."""

import pytest

from search.language.query import parse
from search.plan import plan
from search.request import SearchRequest
from storage.tantivy.index import TantivyIndex
from storage.tantivy.query import build
from storage.tantivy.schema import build as schema
from storage.words import ANALYSIS
from tests.support.data.articles import article
from tests.support.index_questions import found, put


@pytest.fixture(scope="module")
def index() -> TantivyIndex:
    made = TantivyIndex(None)
    put(
        made,
        article("fox", body="The quick fox."),
        article("dog", body="A lazy dog, a quick dog.", agency="AP", word_count=30),
        article("copy", body="The quick fox.", copy_of="fox"),
    )
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("*", {"fox", "dog"}),
        ("quick", {"fox", "dog"}),
        ('body:"quick fox"', {"fox"}),
        ("qui* -fox", {"dog"}),
        ("fox OR lazy", {"fox", "dog"}),
        ("-lazy", {"fox"}),
        ("agency:*", {"dog"}),
        ("agency:ap*", {"dog"}),
        ("word_count:[10 TO 40]", {"dog"}),
        ("published:2017-12", {"fox", "dog"}),
        ("title:—", set()),
    ],
)
def test_queries(index: TantivyIndex, query: str, expected: set[str]) -> None:
    assert found(index, query) == expected


def test_copies_are_left_out_unless_asked_for(index: TantivyIndex) -> None:
    assert found(index, "fox", copies=True) == {"fox", "copy"}


def test_a_prefix_is_no_regular_expression(index: TantivyIndex) -> None:
    assert found(index, "host:news.ex*") == {"fox", "dog"}
    assert found(index, "host:new..ex*") == set()


def test_exact_values_add_nothing_to_the_score(index: TantivyIndex) -> None:
    alone, filtered = (
        index.search(SearchRequest(parse(query))).hits[0].score
        for query in ("lazy", "lazy source:example")
    )
    assert alone == filtered


def test_every_kind_of_plan_can_be_built() -> None:
    asked = plan(
        parse('a "b c" do* source:x source:yy* agency:* word_count:>1 -e (f OR g)'), ANALYSIS
    )
    assert "Boolean" in str(build(asked, schema(), copies=False))
