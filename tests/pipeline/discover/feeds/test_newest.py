"""Which entries of a long feed are kept."""

import random

import pytest

from pipeline.discover.feeds.entries import RawEntry
from pipeline.discover.feeds.newest import NewestEntries


def entry(day: int) -> RawEntry:
    return RawEntry(title=str(day), published=(f"2026-11-{day:02}",))


def kept(entries: list[RawEntry], most: int) -> tuple[list[str | None], int]:
    newest = NewestEntries(most)
    for one in entries:
        newest.add(one)
    return [one.title for one in newest.in_order()], newest.count


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_the_newest_are_kept_whichever_the_order(seed: int | None) -> None:
    days = list(range(1, 29))
    if seed:
        random.Random(seed).shuffle(days)
    titles, count = kept([entry(day) for day in days], 3)
    assert titles == [str(day) for day in days if day > 25]
    assert count == 28


def test_those_without_a_date_go_last_and_in_their_order() -> None:
    undated = [RawEntry(title=name, published=("soon",)) for name in "abc"]
    assert kept([*undated, entry(2)], 3) == (["a", "b", "2"], 4)


def test_the_date_of_change_counts_where_there_is_no_other() -> None:
    changed = RawEntry(title="changed", updated=("2026-11-29",))
    assert kept([entry(1), entry(2), changed], 1) == (["changed"], 3)


def test_few_are_kept_as_they_are() -> None:
    assert kept([entry(2), RawEntry(title="x"), entry(1)], 3) == (["2", "x", "1"], 3)
