from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language.query import parse
from search.request import Sort
from web.pages.searching.search_address import MOST_FILTERS, Filter, SearchAddress, read_address

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)


def reread(address: SearchAddress) -> SearchAddress:
    fields = parse_qs(urlsplit(address.url).query, keep_blank_values=True)
    first = {name: values[0] for name, values in fields.items()}
    return read_address(first, fields.get("f", []))


def test_the_whole_state_is_in_the_address() -> None:
    address = SearchAddress(
        query='"climate deal" -sport',
        filters=(Filter("source", "bbc"), Filter("author", 'O\'Hara: "X"')),
        since="2026-01-01",
        until="2026-01-31",
        sort=Sort.NEWEST,
        copies=True,
        after="cursor",
        share=True,
    )
    assert reread(address) == address


@given(TEXT, TEXT)
def test_any_query_and_value_come_back_as_they_were(query: str, value: str) -> None:
    address = SearchAddress(query=query.strip(), filters=(Filter("tag", value),) if value else ())
    assert reread(address) == address


@given(st.lists(TEXT.filter(lambda text: text.strip() and "\0" not in text), max_size=3))
def test_any_chosen_value_can_be_asked_for(values: list[str]) -> None:
    address = SearchAddress(query="a", filters=tuple(Filter("source", value) for value in values))
    parse(address.effective_query)


def test_values_of_one_field_are_alternatives_and_fields_add_up() -> None:
    address = (
        SearchAddress("a OR b")
        .with_filter("source", "x")
        .with_filter("source", "y")
        .with_filter("language", "en")
    )
    assert address.effective_query == '(a OR b) source:("x" OR "y") language:"en"'
    assert address.without_filter("source", "x").effective_query == (
        '(a OR b) source:"y" language:"en"'
    )


def test_a_range_of_dates_is_a_clause() -> None:
    assert SearchAddress(since="2026-01").effective_query == 'published:["2026-01" TO *]'
    assert SearchAddress("a", until="2026").effective_query == '(a) published:[* TO "2026"]'


def test_a_query_alone_stays_as_it_was_written() -> None:
    assert SearchAddress("  a b ").effective_query == "a b"
    assert SearchAddress("*").effective_query == "*"


def test_every_change_begins_at_the_first_page() -> None:
    address = SearchAddress("a", after="cursor", filters=(Filter("tag", "x"),))
    changed = [
        address.with_filter("tag", "y"),
        address.without_filter("tag", "x"),
        address.but(copies=True),
        address.in_range("2026", "2026"),
    ]
    assert [each.after for each in changed] == [""] * 4
    assert address.but(after="next").after == "next"


@pytest.mark.parametrize("sort", ["", "better", "' OR 1", "NEWEST"])
def test_an_unknown_order_is_the_usual_one(sort: str) -> None:
    assert read_address({"sort": sort}, []).sort is Sort.BEST


def test_filters_are_bounded_and_need_a_field_and_a_value() -> None:
    many = [f"tag:{number}" for number in range(100)]
    assert len(read_address({}, many).filters) == MOST_FILTERS
    assert read_address({}, ["", ":", "tag:", ":x", "tag"]).filters == ()
