"""Copies of an article and where they are; each test runs on both backends."""

from datetime import UTC, datetime, timedelta

from search.request import Sort
from storage.index import Index
from tests.support.data.articles import article, article_id
from tests.support.index_questions import put, search

START = datetime(2017, 12, 1, tzinfo=UTC)


def test_a_hit_names_the_other_sources_that_have_it(index: Index) -> None:
    sources = ["daily", "wire", "daily", "example", "echo", "wire", "daily"]
    put(
        index,
        article("one"),
        article("two"),
        *(article(f"copy-{n}", copy_of="one", source=source) for n, source in enumerate(sources)),
        article("elsewhere", copy_of="two", source="far"),
    )
    hits = {hit.id: hit for hit in search(index, "fox").hits}
    assert hits[article_id("one")].also_at == ("daily", "wire", "echo")
    assert hits[article_id("one")].copies == 7
    assert hits[article_id("two")].also_at == ("far",)
    of_copies = [hit for hit in search(index, "fox", copies=True).hits if hit.duplicate_of]
    assert {hit.also_at for hit in of_copies} == {()}


def test_a_copy_in_the_same_source_is_no_other_source(index: Index) -> None:
    put(index, article("one"), article("two", copy_of="one"))
    (hit,) = search(index, "fox").hits
    assert (hit.copies, hit.also_at) == (1, ())


def test_all_sources_are_counted(index: Index) -> None:
    put(
        index,
        article("one"),
        *(article(str(n), copy_of="one", source=f"s{n:03}") for n in range(300)),
    )
    (hit,) = search(index, "fox").hits
    assert hit.also_at == tuple(f"s{n:03}" for n in range(300))


def test_a_large_family_can_be_paged_oldest_first(index: Index) -> None:
    copies = [
        article(
            f"copy-{n}",
            copy_of="one",
            published=START + timedelta(minutes=n % 60) if n % 10 else None,
        )
        for n in range(130)
    ]
    put(index, article("one"), *copies)
    query = f"duplicate_of:{article_id('one')}"
    pages = [
        search(index, query, limit=50, offset=offset, copies=True, sort=Sort.OLDEST).hits
        for offset in range(0, 150, 50)
    ]
    assert [len(page) for page in pages] == [50, 50, 30]
    expected = sorted(
        copies, key=lambda each: (each.published is None, each.published or START, each.id)
    )
    assert [hit.id for page in pages for hit in page] == [each.id for each in expected]


def test_oldest_first_holds_for_words_and_old_dates_too(index: Index) -> None:
    days = {"a": "1969-07-20", "b": "2017-12-01", "c": None, "d": "1901-01-01"}
    put(index, *(article(name, published=day and f"{day}T00:00:00Z") for name, day in days.items()))
    for query in ("fox", "*"):
        assert [hit.url[-1] for hit in search(index, query, sort=Sort.OLDEST).hits] == [
            "d",
            "a",
            "b",
            "c",
        ]
        assert [hit.url[-1] for hit in search(index, query, sort=Sort.NEWEST).hits] == [
            "b",
            "a",
            "d",
            "c",
        ]


def test_copies_that_match_and_are_left_out_are_counted(index: Index) -> None:
    put(
        index,
        article("one"),
        article("two", copy_of="one", source="echo"),
        article("three", copy_of="one", body="Nothing of that animal."),
        article("four", copy_of="gone", source="echo"),
    )
    result = search(index, "fox")
    assert (result.total, result.copies_left_out) == (1, 2)
    assert search(index, "fox", copies=True).copies_left_out == 0
    only_copies = search(index, "source:echo", limit=0)
    assert (only_copies.total, only_copies.copies_left_out) == (0, 2)
    assert search(index, "fox -source:echo").copies_left_out == 0
    assert search(index, "-fox").copies_left_out == 1


def test_an_index_without_articles_leaves_no_copies_out(index: Index) -> None:
    assert search(index, "fox").copies_left_out == 0
