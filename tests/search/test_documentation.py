"""The documentation of the query language keeps up with it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from search.fields import ALIASES, FIELDS, SOURCE_GROUPS
from search.language.query import LONGEST_TEXT, parse
from search.language.reader import DEEPEST_NESTING, MOST_CLAUSES

TEXT = (Path(__file__).parents[2] / "docs" / "search.md").read_text()


def test_every_field_is_described_in_the_same_words() -> None:
    table = TEXT.partition("## Fields")[2].partition("## Dates")[0]
    assert re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE) == [
        (field.name, field.about) for field in [*FIELDS.values(), *SOURCE_GROUPS.values()]
    ]
    assert all(f"`{alias}`" in TEXT for alias in ALIASES)


def test_the_limits_are_the_real_ones() -> None:
    limits = (
        f"{LONGEST_TEXT:,} characters, {MOST_CLAUSES} words, phrases and ranges, "
        f"and {DEEPEST_NESTING} levels"
    )
    assert limits in TEXT.replace("\n", " ")


@pytest.mark.parametrize(
    "query", re.findall(r"`([^`]+)`", TEXT.partition("|---|---|")[2].partition("## Words")[0])
)
def test_the_examples_are_queries(query: str) -> None:
    groups = {"source_tag": {"world": ("bbc",)}, "collection": {"Big papers": ("bbc",)}}
    parse(query, groups, now=datetime(2017, 12, 5, tzinfo=UTC))
