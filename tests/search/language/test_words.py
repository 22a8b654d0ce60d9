"""Single words: wildcards, letters that may differ, weights."""

from decimal import Decimal

import pytest

from search.errors import QueryError
from search.language.words import (
    check_pattern,
    read_fuzzy,
    read_near,
    read_weight,
    read_word,
    unescaped,
)
from search.nodes import Fuzzy, Pattern, Phrase, Prefix, Term


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("fox", Term("title", "fox")),
        (r"f\*x\?", Term("title", "f*x?")),
        ("fox*", Prefix("title", "fox")),
        (r"f\*x*", Prefix("title", "f*x")),
        ("fo?", Pattern("title", "fo?")),
        ("fo**", Pattern("title", "fo**")),
        ("fo*x?", Pattern("title", "fo*x?")),
    ],
)
def test_words(written: str, node: Term | Prefix | Pattern) -> None:
    assert read_word(written, "title", 0) == node


@pytest.mark.parametrize("written", ["*x", "?x", "f*", "*", "f?x"])
def test_two_letters_stand_before_a_wildcard(written: str) -> None:
    with pytest.raises(QueryError, match="at least 2 letters") as caught:
        read_word(written, None, 7)
    assert caught.value.position == 7


def test_wildcards_are_few() -> None:
    assert read_word("ab*?c??*", None, 0) == Pattern(None, "ab*?c??*")
    with pytest.raises(QueryError, match="5 of"):
        read_word("ab*?c???*", None, 0)


def test_patterns_are_letters_and_digits() -> None:
    check_pattern("चुन?व*2", 0)
    with pytest.raises(QueryError, match="not “-”"):
        check_pattern("co-w?rker", 0)


def test_letters_that_may_differ() -> None:
    assert read_fuzzy("fuchs", 0.5, None, 0) == Fuzzy(None, "fuchs", 1)
    assert read_fuzzy("minister", 0.5, None, 0) == Fuzzy(None, "minister", 2)
    for degree in (0.0, 1.5, 2.0, 3.0):
        with pytest.raises(QueryError, match="how many letters may differ"):
            read_fuzzy("fuchs", degree, None, 0)


def test_nearness_and_weights_have_bounds() -> None:
    assert read_near('"a b"', 100.0, None, 0) == Phrase(None, "a b", 100)
    assert read_weight(Decimal("0.5"), 0) == 0.5
    assert read_weight(100, 0) == 100.0
    for wrong in (Decimal(0), Decimal("100.1")):
        with pytest.raises(QueryError, match="more than 0 and at most 100"):
            read_weight(wrong, 0)


def test_a_backslash_protects() -> None:
    assert unescaped(r"\(a\\b\)") == r"(a\b)"
