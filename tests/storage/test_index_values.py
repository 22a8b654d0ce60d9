"""Dates and words on both backends."""

from datetime import UTC, datetime

import pytest

from storage.index import Index
from tests.support.data.articles import article
from tests.support.index_questions import found, put

SPOKEN: list[tuple[str, list[str], list[str]]] = [
    ("L’homme est là", ["l'homme", "homme", "L’HOMME", '"homme est"', "la"], ["lhomme"]),
    ("They don't care", ["don’t", "don't", '"don t"', "care"], ["dont"]),
    ("'Ndrangheta", ["'ndrangheta", "ndrangheta"], []),
    ("Straße, Œuvre, İstanbul", ["strasse", "STRASSE", "straße", "oeuvre", "istanbul"], ["strase"]),
    ("cafe\u0301", ["café", "cafe", "cafe\u0301", "caf*"], []),
    ("Regie\u00adrung", ["Regierung", "regie*"], ["rung"]),
    ("Владимир Путин", ["владимир", "ПУТИН", '"владимир путин"', "влад*"], ["путина"]),
    ("كِتَابٌ قديم", ["كِتَابٌ", "قديم"], ["كت"]),
    (
        "中国政府宣布2017年",
        ["中国", "政府", "2017", "2017年", "中国*", '"政府宣布"'],
        ["国中", "中政"],
    ),
    ("𠮷野家", ["𠮷", "𠮷野"], []),
    ("コンピュータ・ゲームです", ["コンピュータ", "ゲーム", "ゲームです"], ["ムゲー"]),
    ("ประเทศไทย", ["ประเทศ", "ไทย"], ["ยไท"]),
    ("U.S.A. 3.14", ["u.s.a", "3.14", "usa OR 14"], ["usa"]),
    ("a_b c-d", ["a_b", '"b c"', "c-d", "d"], ["ab"]),
]


@pytest.fixture(scope="module")
def dated(shared_index: Index) -> Index:
    put(
        shared_index,
        article("first", published=datetime(2017, 12, 1, tzinfo=UTC)),
        article("last", published=datetime(2017, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
        article("next", published=datetime(2018, 1, 1, tzinfo=UTC)),
        article("undated", published=None),
    )
    return shared_index


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("published:[2017-12-01 TO 2017-12-31]", {"first", "last"}),
        ("published:{2017-12-01 TO 2017-12-31]", {"last"}),
        ("published:[2017-12-01 TO 2017-12-31}", {"first"}),
        ("published:2017-12", {"first", "last"}),
        ("published:2017", {"first", "last"}),
        ("published:2017-12-31", {"last"}),
        ("published:[2018-01-01 TO *]", {"next"}),
        ("published:[* TO 2017-12-01]", {"first"}),
        ("published:<2017-12-02", {"first"}),
        ("published:>2017-12-31", {"next"}),
        ("published:>=2017-12-31", {"last", "next"}),
        ("published:[2017-12-31T23:59:59Z TO 2018-01-01T00:00:00Z]", {"last", "next"}),
        ("published:[2017-12-31T23:59:59Z TO 2018-01-01T00:00:00Z}", {"last"}),
        ('published:["2018-01-01T01:00:00+01:00" TO "2018-01-01T01:00:00+01:00"]', {"next"}),
        ("first_seen:[2017-12-01 TO *]", {"first", "last", "next", "undated"}),
        ("-published:*", {"undated"}),
    ],
)
def test_dates_mean_whole_days_in_utc(dated: Index, query: str, expected: set[str]) -> None:
    assert found(dated, query) == expected


def test_words_of_many_languages(index: Index) -> None:
    put(index, *(article(str(n), title="", body=body) for n, (body, _, _) in enumerate(SPOKEN)))
    answers = {
        query: found(index, query) for _, hits, misses in SPOKEN for query in (*hits, *misses)
    }
    for n, (_, hits, misses) in enumerate(SPOKEN):
        assert [query for query in hits if str(n) not in answers[query]] == []
        assert [query for query in misses if str(n) in answers[query]] == []
