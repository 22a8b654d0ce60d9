"""A parsed query is a value: equal when it means the same, and usable as a key."""

import pytest

from search.language.query import parse
from search.nodes import And, Not, Phrase, Prefix, Range, Term


def test_nodes_are_values() -> None:
    assert {Term("title", "a"), Term("title", "a"), Phrase("title", "a")} == {
        Term("title", "a"),
        Phrase("title", "a"),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("published:2017-12", "published:[2017-12-01 TO 2017-12-31]"),
        ("word_count:>10", "word_count:[11 TO *]"),
        ("a AND -b", "a NOT b"),
        ("lang:EN", "language:en"),
    ],
)
def test_however_it_is_written_it_is_the_same(one: str, other: str) -> None:
    assert parse(one) == parse(other)


def test_a_tree_can_be_matched_by_its_parts() -> None:
    match parse("title:fo* -source:bbc word_count:>1"):
        case And((Prefix("title", "fo"), Not(Term("source", "bbc")), Range("word_count", 2, None))):
            pass
        case other:
            pytest.fail(str(other))
