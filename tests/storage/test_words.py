"""What a word is, by the analyzer itself."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.text import LONGEST_TOKEN, Token, normalise
from storage.words import analyzer, raw_words, scan, tokenize


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The quick, brown FOX.", ["the", "quick", "brown", "fox"]),
        ("café Straße İstanbul", ["cafe", "strasse", "istanbul"]),
        ("don't covid-19", ["don", "t", "covid", "19"]),
        ("中国新闻", ["中", "国", "新", "闻"]),
        ("ข่าว", ["ข่", "า", "ว"]),
        ("— … !", []),
    ],
)
def test_words_are_folded_runs_of_letters_and_digits(text: str, words: list[str]) -> None:
    assert [token.text for token in tokenize(normalise(text))] == words


def test_a_word_knows_its_characters() -> None:
    assert tokenize("Éé fox") == [Token("ee", 0, 0, 2), Token("fox", 1, 3, 6)]


def test_too_long_words_leave_a_gap() -> None:
    kept, left_out = "x" * LONGEST_TOKEN, "y" * (LONGEST_TOKEN + 1)
    tokens = tokenize(f"a {left_out} {kept}")
    assert [(token.text, token.position) for token in tokens] == [("a", 0), (kept, 2)]


def test_the_analyzer_is_made_once() -> None:
    assert analyzer() is analyzer()


_PLAIN_LETTERS = st.characters(
    codec="utf-8", max_codepoint=0x2100, exclude_categories=["Cs", "Cn", "Co"]
)


@given(st.text(_PLAIN_LETTERS, max_size=40))
@example("_a_b²½ªºǅ")
@example("Ёлка’s café—Straße 3.14 №5")
@example("a\u0301 b\u0483 c")
def test_the_words_as_written_are_those_of_the_index(text: str) -> None:
    clean = normalise(text)
    assert raw_words(clean) == [clean[token.start : token.end] for token in tokenize(clean)]


@given(st.text(_PLAIN_LETTERS, max_size=40), st.integers(0, 40))
@example("Ёлка’s café—Straße 3.14 №5", 9)
@example("ǅungla ßen ﬁn ²½", 0)
@example("x" * (LONGEST_TOKEN + 1) + " y", 0)
def test_words_one_by_one_are_those_of_the_index(text: str, start: int) -> None:
    clean = normalise(text)
    tokens = [token for token in tokenize(clean) if token.start >= start]
    found = scan(clean, start, None)
    if found is None:
        return
    scanned = list(found)
    assert [token._replace(position=0) for token in scanned] == [
        token._replace(position=0) for token in tokens
    ]
    gaps = [second.position - first.position for first, second in pairwise(tokens)]
    assert [second.position - first.position for first, second in pairwise(scanned)] == gaps
    for letter in {token.text[0] for token in tokens}:
        beginning = scan(clean, start, frozenset(letter))
        assert beginning is not None
        assert [(token.text, token.start, token.end) for token in beginning] == [
            (token.text, token.start, token.end) for token in tokens if token.text[0] == letter
        ]


@pytest.mark.parametrize("text", ["中国 news", "ข่าว", "كتاب", "a\u0301b", "한국"])
def test_texts_in_other_scripts_or_with_marks_are_not_read_word_by_word(text: str) -> None:
    assert scan(text, 0, None) is None
