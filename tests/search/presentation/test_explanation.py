"""How plans read."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from search.language.query import parse
from search.plan import plan
from search.presentation.explanation import Understood, describe, parts_of
from storage.words import ANALYSIS

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)
GROUPS = {"collection": {"many": tuple(f"s{n:02}" for n in range(15))}}


def lines(part: Understood, depth: int = 0) -> Iterator[str]:
    yield " " * depth + part.text
    for each in part.parts:
        yield from lines(each, depth + 1)


def read(query: str) -> list[str]:
    return list(lines(describe(plan(parse(query, GROUPS, now=NOW), ANALYSIS))))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"fox"', ["the word “fox”", " in title (×2), description, body"]),
        ("title:fo*", ["words that begin with “fo”", " in title"]),
        ("title:fo?x", ["words like “fo?x”", " in title"]),
        ("title:foxes~", ["words that differ from “foxes” by 1 letters at most", " in title"]),
        (
            'title:"red fox"~2',
            [
                "all of these:",
                " “red fox” near each other, moved by 2 places at most",
                "  in title",
            ],
        ),
        (
            'title:"red fox" -source:bbc',
            [
                "all of these:",
                " the words “red fox” in a row",
                "  in title",
                " without:",
                "  source is “bbc”",
            ],
        ),
        (
            "source:bb* OR has:image",
            ["any of these:", " source begins with “bb”", " has is “image”"],
        ),
        ("host:www.*.uk", ["host is like “www.*.uk”"]),
        ("newer:2h", ["published from 2024-05-20T10:00:00Z"]),
        ("word_count:[5 TO 9]", ["word_count from 5 before 10"]),
        ("agency:*", ["has any agency"]),
        ("*", ["every article"]),
        ("—", ["no article: nothing in it can be searched for"]),
        (
            "collection:many",
            [f"source is one of {', '.join(GROUPS['collection']['many'][:12])}, … (15 in all)"],
        ),
    ],
)
def test_queries_read_as_they_were_understood(query: str, expected: list[str]) -> None:
    assert read(query) == expected


def test_stems_are_named_with_their_languages() -> None:
    by_language = "by the article's language: ru:выбор, sr:vыborы"
    assert read("title:выборы") == [
        "the word “выборы”",
        " in title",
        f" or a word of the same stem in title (×0.5), {by_language}",
    ]


def test_the_parts_of_a_score_are_the_words_by_field() -> None:
    named = [text for text, _ in parts_of(plan(parse('title:выборы "a" -b'), ANALYSIS))]
    assert named == [
        "the word “выборы” in title",
        "the stem of the word “выборы” in title",
        "the word “a” in title",
        "the word “a” in description",
        "the word “a” in body",
    ]
