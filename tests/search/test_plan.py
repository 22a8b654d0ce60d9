"""How a query is to be answered: words split, fields spelt out."""

import pytest

from search.errors import QueryError
from search.fields import EVERYWHERE
from search.language.query import parse
from search.nodes import Exists, MatchAll, Range
from search.plan import (
    AllOf,
    AnyOf,
    Exact,
    Match,
    Nothing,
    Plan,
    Words,
    plan,
    positive_words,
    ranks,
)
from search.text import Analysis
from storage.words import ANALYSIS

TITLE = (("title", 1.0),)


WITHOUT_STEMS = Analysis(ANALYSIS.tokenize, lambda *_: None, lambda *_: None, lambda *_: None)


def planned(query: str) -> Plan:
    return plan(parse(query), WITHOUT_STEMS)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Fox", Words(EVERYWHERE, ("fox",))),
        ("title:Fox", Words(TITLE, ("fox",))),
        ("title:covid-19", Words(TITLE, ("covid", "19"))),
        ("title:fo*", Words(TITLE, ("fo",), match=Match.PREFIX)),
        (
            "title:covid-1*",
            Words(TITLE, ("covid", "1")),
        ),
        (
            "title:covid-19*",
            AllOf((Words(TITLE, ("covid",)), Words(TITLE, ("19",), match=Match.PREFIX))),
        ),
        ("fox^3", Words(tuple((name, weight * 3) for name, weight in EVERYWHERE), ("fox",))),
        ("(title:fox^3)^0.5", Words((("title", 1.5),), ("fox",))),
        ('title:"a b"~3', AllOf((Words(TITLE, ("a", "b"), Match.NEAR, slack=3),))),
        (
            'title:"a b c b"~3',
            AllOf(
                (
                    Words(TITLE, ("a", "b"), Match.NEAR, slack=3),
                    Words(TITLE, ("a", "c"), Match.NEAR, slack=4),
                    Words(TITLE, ("b", "c"), Match.NEAR, slack=3),
                )
            ),
        ),
        ('title:"a a"~3', Words(TITLE, ("a",))),
        ('title:"a"~3', Words(TITLE, ("a",))),
        ('title:"—"~3', Nothing()),
        ("title:Wöm?n*", Words(TITLE, ("wom?n*",), Match.PATTERN)),
        ("title:Krémlin~", Words(TITLE, ("kremlin",), Match.FUZZY, slack=1)),
        ("title.exact:Fox", Words(TITLE, ("fox",))),
        ("author.exact:Fox", Exact("author.exact", "Fox")),
        ("host:a.*b", Exact("host", "a.*b", Match.PATTERN)),
        ("source:bb*", Exact("source", "bb", match=Match.PREFIX)),
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
    assert not Words(TITLE, ("a",), match=Match.PREFIX).ranked("title")


def words_of(query: str) -> tuple[Words, ...]:
    return positive_words(plan(parse(query), ANALYSIS))


def test_words_without_quotation_marks_have_stems_in_running_text() -> None:
    for query in ("ministers", "title:ministers", "description:ministers", "ministers^2"):
        (words,) = words_of(query)
        assert words.stems
        assert "en:minist" in words.stems.tagged
        assert "minist" in words.stems.bare
        assert all(words.stemmed(name) for name, _ in words.fields)


@pytest.mark.parametrize(
    "query",
    [
        '"ministers"',
        "title.exact:ministers",
        "author:ministers",
        "minist*",
        "covid-19",
        "中国",
        "19",
    ],
)
def test_others_have_none(query: str) -> None:
    assert [words.stems for words in words_of(query)] == [None]


@pytest.mark.parametrize("query", ["中国~~", "covid-19~", "中国中国~"])
def test_what_is_several_words_cannot_be_fuzzy(query: str) -> None:
    with pytest.raises(QueryError, match=r"cannot be understood|is not one word"):
        planned(query)


def test_a_pattern_of_letters_that_are_words_of_their_own_is_refused() -> None:
    with pytest.raises(QueryError, match="is not one word"):
        planned("中国?")


def test_words_near_each_other_are_in_one_field() -> None:
    match planned('"a b"~2'):
        case AnyOf(fields):
            assert len(fields) == len(EVERYWHERE)
        case other:
            raise AssertionError(other)
    with pytest.raises(QueryError, match="at most 6"):
        planned('"a b c d e f g"~2')


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fox", True),
        ("title:fox", True),
        ("title:fo*", False),
        ("fo*", True),
        ("section:sport", False),
        ("section:sport author:jane", False),
        ("section:sport OR author:jane", True),
        ("section:sport fox", True),
        ("section:sport -fox", False),
        ("lang:en", False),
        ("*", False),
    ],
)
def test_only_queries_whose_hits_can_differ_in_score_are_ranked(
    query: str, *, expected: bool
) -> None:
    assert ranks(plan(parse(query), ANALYSIS)) is expected
