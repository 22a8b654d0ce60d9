"""The query DSL that a plan becomes."""

from typing import Any

import pytest

from search.language.query import parse
from search.plan import STEM_WEIGHT, plan
from storage.elasticsearch.query import build
from storage.words import ANALYSIS

GROUPS = {"source_tag": {"world": ("bbc", "dw")}, "collection": {}}


def built(query: str, *, copies: bool = True) -> dict[str, Any]:
    return build(plan(parse(query, GROUPS), ANALYSIS), copies=copies)


def constant(query: dict[str, Any], boost: float = 0.0) -> dict[str, Any]:
    return {"constant_score": {"filter": query, "boost": boost}}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("*", constant({"match_all": {}})),
        ('title:"Fox"', {"term": {"title": {"value": "fox", "boost": 1.0}}}),
        ("author:Ann", constant({"term": {"authors": {"value": "ann", "boost": 1.0}}}, 1.0)),
        ("title:fo*", constant({"prefix": {"title": {"value": "fo"}}}, 1.0)),
        ("source:bbc", constant({"term": {"source": {"value": "bbc"}}})),
        ("source:bb*", constant({"prefix": {"source": {"value": "bb"}}})),
        ("source_tag:world", constant({"terms": {"source": ["bbc", "dw"]}})),
        ("agency:*", constant({"exists": {"field": "agency"}})),
        ("word_count:>10", constant({"range": {"word_count": {"gte": 11}}})),
        ("title:—", constant({"match_none": {}})),
    ],
)
def test_queries(query: str, expected: dict[str, Any]) -> None:
    assert built(query) == expected


def test_a_phrase_is_not_analyzed_again() -> None:
    phrase = {"query": "quick fox", "analyzer": "whitespace", "boost": 1.0}
    assert built('title:"Quick Fox"') == {"match_phrase": {"title": phrase}}


def test_a_word_without_a_field_is_looked_for_everywhere() -> None:
    dis_max = built('"fox"')["dis_max"]
    assert dis_max["tie_breaker"] == 0.3
    assert len(dis_max["queries"]) == 3


def test_an_address_is_either_of_two() -> None:
    should = built('url:"https://a.example/"')["constant_score"]["filter"]["bool"]["should"]
    assert [list(each["term"]) for each in should] == [["url"], ["canonical_url"]]


def test_negations_alone_leave_all_others() -> None:
    assert built("-source:bbc")["bool"] == {
        "must": [constant({"match_all": {}})],
        "must_not": [constant({"term": {"source": {"value": "bbc"}}})],
    }


def test_copies_are_left_out_unless_asked_for() -> None:
    assert built("*", copies=False)["bool"]["must_not"] == [
        {"exists": {"field": "duplicate_of.article"}}
    ]


def test_stems_decide_by_language_and_are_ranked_without_it() -> None:
    exact, stem = built("title:выборы")["dis_max"]["queries"]
    assert exact == {"term": {"title": {"value": "выборы", "boost": 1.0}}}
    (must,) = stem["bool"]["must"]
    (terms,) = must["constant_score"]["filter"]["terms"].items()
    assert terms == ("derived.title_stems", ["ru:выбор", "sr:vыborы"])
    assert must["constant_score"]["boost"] == 0.0
    ranked = stem["bool"]["should"][0]["dis_max"]["queries"][0]
    assert ranked == {"term": {"derived.title_stems": {"value": "выбор", "boost": STEM_WEIGHT}}}
    summary = built("description:выборы")["dis_max"]["queries"][1]
    assert summary["constant_score"]["boost"] == STEM_WEIGHT


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "title:kremlin~",
            {"fuzzy": {"title": {"value": "kremlin", "fuzziness": 1, "rewrite": "constant_score"}}},
        ),
        ("title:wom?n", {"wildcard": {"title": {"value": "wom?n", "rewrite": "constant_score"}}}),
    ],
)
def test_what_stands_for_many_words_is_worth_the_same(query: str, expected: dict[str, Any]) -> None:
    assert built(query) == constant(expected, 1.0)


def test_whole_values_are_kept_beside_the_words() -> None:
    assert built('author.exact:"Jane Doe"') == constant(
        {"term": {"authors.exact": {"value": "Jane Doe"}}}
    )
    assert built("dated:sure") == constant({"term": {"derived.dated": {"value": "sure"}}})


def test_words_near_each_other_are_a_phrase_with_slop() -> None:
    phrase = {"query": "a b", "analyzer": "whitespace", "boost": 1.0, "slop": 3}
    near = constant({"match_phrase": {"title": phrase}}, 1.0)
    assert built('title:"a b"~3') == {"bool": {"must": [near], "must_not": []}}
