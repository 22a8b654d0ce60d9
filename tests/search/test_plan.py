"""How a query is to be answered: words split, fields spelt out."""

import pytest

from search.fields import EVERYWHERE
from search.language.query import parse
from search.nodes import Exists, MatchAll, Range
from search.plan import AllOf, AnyOf, Exact, Nothing, Plan, Words, plan, positive_words
from storage.words import tokenize

TITLE = (("title", 1.0),)


def planned(query: str) -> Plan:
    return plan(parse(query), tokenize)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Fox", Words(EVERYWHERE, ("fox",))),
        ("title:Fox", Words(TITLE, ("fox",))),
        ("title:covid-19", Words(TITLE, ("covid", "19"))),
        ("title:fo*", Words(TITLE, ("fo",), prefix=True)),
        (
            "title:covid-1*",
            Words(TITLE, ("covid", "1")),
        ),
        (
            "title:covid-19*",
            AllOf((Words(TITLE, ("covid",)), Words(TITLE, ("19",), prefix=True))),
        ),
        ("source:bb*", Exact("source", "bb", prefix=True)),
        ("agency:*", Exists("agency")),
        ("word_count:>1", Range("word_count", 2, None)),
        ("*", MatchAll()),
        ("title:—", Nothing()),
    ],
)
def test_plans(query: str, expected: Plan) -> None:
    assert planned(query) == expected


def test_what_has_no_letter_is_passed_over() -> None:
    fox = Words(EVERYWHERE, ("fox",))
    assert planned("fox —") == fox
    assert planned("fox OR —") == AnyOf((fox,))
    assert planned("fox -…") == fox


def test_negations_stand_beside_what_is_wanted() -> None:
    fox, dog = Words(EVERYWHERE, ("fox",)), Words(EVERYWHERE, ("dog",))
    assert planned("fox -dog") == AllOf((fox,), (dog,))
    assert planned("-dog") == AllOf((), (dog,))


def test_only_what_is_not_negated_can_be_marked() -> None:
    words = positive_words(planned("fox (dog OR cat) -bird source:x"))
    assert [each.tokens for each in words] == [("fox",), ("dog",), ("cat",)]


def test_whole_words_in_fields_that_all_articles_have_are_ranked() -> None:
    assert Words(TITLE, ("a",)).ranked("title")
    assert not Words(TITLE, ("a",)).ranked("author")
    assert not Words(TITLE, ("a",), prefix=True).ranked("title")
