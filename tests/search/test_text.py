"""What is indexed is in one Unicode form, without what nobody sees."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text import normalise
from storage.words import tokenize


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("cafe\u0301", "café"),
        ("Donau\u00addampf", "Donaudampf"),
        ("x\ud800y", "xy"),
        ("plain", "plain"),
    ],
)
def test_texts_are_normalised(text: str, normal: str) -> None:
    assert normalise(text) == normal


@given(st.text())
def test_it_changes_nothing_the_second_time_and_can_be_stored(text: str) -> None:
    normal = normalise(text)
    assert normalise(normal) == normal
    normal.encode()


@given(st.text())
def test_words_stand_in_the_text_where_they_say(text: str) -> None:
    normal = normalise(text)
    tokens = tokenize(normal)
    assert all(0 <= token.start < token.end <= len(normal) for token in tokens)
    assert all(one.end <= next_.start for one, next_ in pairwise(tokens))
