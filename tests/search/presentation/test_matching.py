"""Where words stand in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language.query import parse
from search.plan import plan, positive_words
from search.presentation.matching import Text, matches, within
from storage.words import ANALYSIS


def found(query: str, text: str, language: str | None = "en") -> list[str]:
    words = positive_words(plan(parse(f"title:({query})"), ANALYSIS))
    spans = matches(Text(text, language, ANALYSIS), words)
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("elections", "Election, elections", ["Election", "elections"]),
        ('"elections"', "Election, elections", ["elections"]),
        ('"red fox"', "A red fox, red the fox", ["red fox"]),
        ("fo*", "fox of foes", ["fox", "foes"]),
        ("wom?n", "woman women womaan", ["woman", "women"]),
        ("col*r", "colour color cool", ["colour", "color"]),
        ("kremlin~", "Kremlni gremlin gremlins", ["Kremlni", "gremlin"]),
        ('"red fox"~1', "fox red; red big fox; red", ["red", "fox"]),
        ('"red fox"~2', "fox red; a big old fox", ["fox", "red"]),
        ("中国", "在中国人", ["中国"]),
    ],
)
def test_matches(query: str, text: str, expected: list[str]) -> None:
    assert found(query, text) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("en", ["ministers"]), ("ru", []), (None, []), ("zh", [])]
)
def test_stems_are_those_of_the_text_s_language(language: str | None, expected: list[str]) -> None:
    assert found("minister", "Some ministers", language) == expected


def test_a_pattern_takes_no_time_over_a_long_word() -> None:
    assert found("aa*a*a*a*ab", "a" * 250) == []


def test_a_long_gap_divides_what_is_near() -> None:
    assert found('"red fox"~2', "red a b c d e f fox") == []


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "abd", 1),
        ("abc", "ab", 1),
        ("abc", "xabc", 1),
        ("abc", "acb", 1),
        ("abcd", "badc", 2),
        ("ca", "abc", 3),
        ("kitten", "sitting", 3),
    ],
)
def test_distances(one: str, other: str, distance: int) -> None:
    assert within(one, other, distance)
    assert not (distance and within(one, other, distance - 1))


@given(st.text("ab", max_size=6), st.text("ab", max_size=6), st.integers(0, 3))
def test_a_distance_has_no_direction(one: str, other: str, distance: int) -> None:
    assert within(one, other, distance) == within(other, one, distance)
