"""Counts by day, source, author …; each test runs on both backends."""

import pytest

from search.counting import CountRequest, dimensions
from search.errors import QueryError
from search.language.groups import Groups
from search.language.query import parse
from search.request import SearchRequest
from search.results import CountResult
from storage.index import Index
from tests.support.data.articles import article
from tests.support.index_questions import put, search

GROUPS: Groups = {
    "source_tag": {"papers": ("example", "post"), "all": ("example", "post", "wire")},
    "collection": {"big": ("post",)},
}


def count(index: Index, *by: str, query: str = "*", copies: bool = False) -> CountResult:
    request = CountRequest(parse(query, GROUPS), dimensions(by, GROUPS), copies)
    return index.count_by(request)


def cells(index: Index, *by: str, **options: str | bool) -> dict[tuple[str | None, ...], int]:
    counted = count(index, *by, **options)  # type: ignore[arg-type]  # mixed on purpose
    return {cell.values: cell.count for cell in counted.cells}


@pytest.fixture(scope="module")
def filled(shared_index: Index) -> Index:
    put(
        shared_index,
        article(
            "a", authors=("Ann One", "Bob Two"), section="World", published="2017-12-31T00:00:00Z"
        ),
        article("b", authors=("Ann One",), source="post", published="2018-01-01T00:00:00Z"),
        article("c", source="post", language="DE", published="2018-01-01T01:30:00+02:00"),
        article("d", source="wire", language=None, published=None, modified="2018-05-01T00:00:00Z"),
        article("e", published="1969-07-20T20:17:40Z", canonical_url="https://news.example/x"),
        article(
            "f", copy_of="a", source="wire", authors=("Ann One",), published="2018-01-01T00:00:00Z"
        ),
    )
    return shared_index


def test_days_are_in_utc_and_articles_without_a_date_stand_apart(filled: Index) -> None:
    counted = count(filled, "day")
    assert [(*cell.values, cell.count) for cell in counted.cells] == [
        ("1969-07-20", 1),
        ("2017-12-31", 2),
        ("2018-01-01", 1),
        (None, 1),
    ]
    assert (counted.total, counted.copies_left_out) == (5, 1)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("week", {("1969-W29",): 1, ("2017-W52",): 2, ("2018-W01",): 1, (None,): 1}),
        ("month", {("1969-07",): 1, ("2017-12",): 2, ("2018-01",): 1, (None,): 1}),
        ("year", {("1969",): 1, ("2017",): 2, ("2018",): 1, (None,): 1}),
        ("modified.year", {("2018",): 1, (None,): 4}),
        ("first_seen", {("2017-12-01",): 5}),
        ("source", {("example",): 2, ("post",): 2, ("wire",): 1}),
        ("language", {("en",): 3, ("de",): 1, (None,): 1}),
        ("host", {("news.example",): 5}),
        ("author", {("Ann One",): 2, ("Bob Two",): 1, (None,): 3}),
        ("section", {("World",): 1, (None,): 4}),
        ("source_tag", {("all",): 5, ("papers",): 4}),
        ("collection", {("big",): 2, (None,): 3}),
    ],
)
def test_counts_by(filled: Index, by: str, expected: dict[tuple[str | None, ...], int]) -> None:
    assert cells(filled, by) == expected


def test_an_address_counts_as_both_of_its_forms(filled: Index) -> None:
    counted = cells(filled, "url")
    assert len(counted) == 6
    assert set(counted.values()) == {1}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (
            ("year", "source"),
            {
                ("1969", "example"): 1,
                ("2017", "example"): 1,
                ("2017", "post"): 1,
                ("2018", "post"): 1,
                (None, "wire"): 1,
            },
        ),
        (
            ("author", "year"),
            {
                ("Ann One", "2017"): 1,
                ("Ann One", "2018"): 1,
                ("Bob Two", "2017"): 1,
                (None, "1969"): 1,
                (None, "2017"): 1,
                (None, None): 1,
            },
        ),
    ],
)
def test_counts_by_several(
    filled: Index, by: tuple[str, ...], expected: dict[tuple[str | None, ...], int]
) -> None:
    assert cells(filled, *by) == expected


@pytest.mark.parametrize(
    "query", ["fox", "*", "-source:post", "source_tag:papers", "published:2018", "xylophone", "&"]
)
@pytest.mark.parametrize("copies", [True, False])
def test_the_total_is_that_of_a_search(filled: Index, query: str, *, copies: bool) -> None:
    counted = count(filled, "source", query=query, copies=copies)
    asked = search(filled, query, groups=GROUPS, copies=copies)
    assert (counted.total, counted.copies_left_out) == (asked.total, asked.copies_left_out)
    assert sum(cell.count for cell in counted.cells) == asked.total
    without = count(filled, query=query, copies=copies)
    assert (without.total, without.axes, without.cells) == (asked.total, (), ())
    bare = filled.count_by(CountRequest(parse(query, GROUPS), (), copies, total_only=True))
    assert (bare.total, bare.copies_left_out) == (asked.total, 0)


def test_copies_count_when_that_is_asked_for(filled: Index) -> None:
    assert cells(filled, "source", copies=True)["wire",] == 2
    assert cells(filled, "author", copies=True)["Ann One",] == 3


@pytest.mark.parametrize("by", [("host", "day"), ("tag",), ("url",)])
def test_more_values_than_one_answer_holds_are_counted_exactly(
    index: Index, monkeypatch: pytest.MonkeyPatch, by: tuple[str, ...]
) -> None:
    monkeypatch.setattr("search.facets.COMBINATIONS_PAGE", 7)
    articles = [
        article(
            f"n{n}",
            host=f"h{n % 5}.example",
            published=f"2018-01-{n % 9 + 1:02}T08:00:00Z" if n % 9 else None,
            tags=(f"t{n}",),
        )
        for n in range(90)
    ]
    put(index, *articles)
    counted = cells(index, *by)
    assert sum(counted.values()) == 90
    assert len(counted) == {"host": 45, "tag": 90, "url": 90}[by[0]]
    assert set(counted.values()) == ({2} if by[0] == "host" else {1})


def test_too_many_combinations_are_the_fault_of_the_question(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.counting.MOST_CELLS", 2)
    put(index, *(article(name, source=name) for name in ("a", "b", "c")))
    with pytest.raises(QueryError, match="more than 2 combinations"):
        count(index, "source")


def test_an_index_without_articles_has_no_counts(index: Index) -> None:
    counted = count(index, "day", "author")
    assert (counted.total, counted.copies_left_out, counted.cells) == (0, 0, ())


def test_an_article_with_very_many_tags_is_counted(index: Index) -> None:
    put(index, article("one", tags=tuple(f"t{n:03}" for n in range(150))))
    counted = cells(index, "tag")
    assert len(counted) == 150
    assert ("t000",) in counted


def test_ids_are_found_by_their_beginning(index: Index) -> None:
    names = ["abc1", "abc2", "abd1", "ab.x"]
    put(index, *(article(name, id=name) for name in names))
    assert index.starting_with("abc", 5) == ["abc1", "abc2"]
    assert len(index.starting_with("ab", 2)) == 2
    assert index.starting_with("ab.", 5) == ["ab.x"]
    assert index.starting_with("b", 5) == []


def test_hours_are_counted(index: Index) -> None:
    moments = ["1969-12-31T23:59:59.999Z", "2017-12-01T10:00:00Z", "2017-12-01T10:59:59Z", None]
    put(index, *(article(f"n{at}", published=each) for at, each in enumerate(moments)))
    assert cells(index, "hour") == {
        ("1969-12-31T23",): 1,
        ("2017-12-01T10",): 2,
        (None,): 1,
    }
    assert cells(index, "first_seen.hour") == {("2017-12-01T11",): 4}


def test_significant_words_are_those_of_the_result(index: Index) -> None:
    put(index, article("bare"))
    request = SearchRequest(parse("title:war"))
    assert index.significant(request, 5) == ()
    wars = [article(f"w{n}", title="War", keywords=("front line", "today")) for n in range(3)]
    others = [article(f"o{n}", title="Peace", keywords=("today",)) for n in range(6)]
    copy = article("c", title="War", keywords=("front line", "copied"), copy_of="w0")
    put(index, *wars, *others, copy)
    (word,) = index.significant(request, 1)
    assert (word.word, word.count, word.in_all) == ("front line", 3, 3)
    assert word.score == pytest.approx((1 - 0.3) / 0.3)
    assert [each.word for each in index.significant(request, 5)] == ["front line", "today"]
    (word, *_) = index.significant(SearchRequest(parse("title:war"), copies=True), 5)
    assert (word.word, word.count) == ("front line", 4)
