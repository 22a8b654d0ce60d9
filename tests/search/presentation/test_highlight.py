"""Highlights, with plain words for tokens."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language.query import parse
from search.plan import Words, plan, positive_words
from search.presentation.highlight import FRAGMENT_LENGTH, fragments, mark
from search.text import Analysis, Token


def tokenize(text: str) -> list[Token]:
    return [
        Token(m[0].lower(), n, m.start(), m.end()) for n, m in enumerate(re.finditer(r"\w+", text))
    ]


ANALYSIS = Analysis(tokenize, lambda *_: None, lambda *_: None, lambda *_: None)


def words(query: str) -> tuple[Words, ...]:
    return positive_words(plan(parse(query), ANALYSIS))


@pytest.mark.parametrize(
    ("query", "html"),
    [
        (
            "fox",
            "The <mark>Fox</mark> &amp; the dog, the fox-trot".replace("fox-", "<mark>fox</mark>-"),
        ),
        ('"the dog"', "The Fox &amp; <mark>the dog</mark>, the fox-trot"),
        ('"the fox trot"', "The Fox &amp; the dog, <mark>the fox-trot</mark>"),
        ("do*", "The Fox &amp; the <mark>dog</mark>, the fox-trot"),
        ("body:dog", "The Fox &amp; the dog, the fox-trot"),
        ("trot -dog", "The Fox &amp; the dog, the fox-<mark>trot</mark>"),
        ("dog OR cat", "The Fox &amp; the <mark>dog</mark>, the fox-trot"),
        ('dog "the dog"', "The Fox &amp; <mark>the dog</mark>, the fox-trot"),
        ('"fox the dog"', "The <mark>Fox &amp; the dog</mark>, the fox-trot"),
        ("*", "The Fox &amp; the dog, the fox-trot"),
    ],
)
def test_the_whole_text_is_marked(query: str, html: str) -> None:
    assert mark("The Fox & the dog, the fox-trot", "title", words(query), ANALYSIS) == html


def test_a_short_text_is_one_fragment() -> None:
    assert fragments("A fox.", "body", words("fox"), ANALYSIS) == ("A <mark>fox</mark>.",)


def test_without_a_match_there_is_no_fragment() -> None:
    assert fragments("A fox.", "body", words("dog"), ANALYSIS) == ()
    assert fragments("", "body", words("dog"), ANALYSIS) == ()


def test_the_best_two_parts_are_shown_in_order() -> None:
    filler = "word " * 100
    text = f"fox {filler} dog fox dog {filler} dog {filler} fox then dog {filler}"
    first, second = fragments(text, "body", words("fox dog"), ANALYSIS)
    assert "<mark>dog</mark> <mark>fox</mark> <mark>dog</mark>" in first
    assert "<mark>fox</mark> then <mark>dog</mark>" in second
    for fragment in (first, second):
        assert fragment.startswith("… word")
        assert fragment.endswith("word …")


_TEXT = st.lists(
    st.sampled_from(["fox", "dog", "<b>", "&", "word", "x" * 90, "\n\n", "don't"]), max_size=120
).map(" ".join)


@given(_TEXT, st.sampled_from(["fox", "fox dog", '"fox dog"', "wo*", "fox -dog", "don't"]))
def test_fragments_are_escaped_parts_of_the_text(text: str, query: str) -> None:
    shown = fragments(text, "body", words(query), ANALYSIS)
    assert len(shown) <= 2
    for fragment in shown:
        bare = re.sub(r"</?mark>", "", fragment)
        assert not re.search("[<>]", bare)
        part = unescape(bare).removeprefix("… ").removesuffix(" …")
        assert part in text
        assert "<mark>" in fragment
        assert len(part) <= 2 * FRAGMENT_LENGTH
    assert unescape(re.sub(r"</?mark>", "", mark(text, "body", words(query), ANALYSIS))) == text


def test_of_a_long_text_the_rest_is_read_when_the_beginning_does_not_show_all_words() -> None:
    lead = "A dog sleeps in the sun. " * 80
    text = f"{lead}\n\n{lead}\n\nAt last a fox wakes the dog."
    both = fragments(text, "body", words("dog fox"), ANALYSIS)
    assert any("<mark>fox</mark>" in each for each in both)
    (first, second) = fragments(text, "body", words("dog"), ANALYSIS)
    assert first.startswith("A <mark>dog</mark>")
    assert second.startswith("… ")
    assert second.endswith(" …")
