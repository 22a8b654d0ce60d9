"""Tables of regular expressions."""

import re

from pipeline.text.tables import any_of, patterns_of

TABLE = r"""
    read (?:more
        |next)

    ^share$
"""


def test_a_line_that_begins_with_a_bar_continues_the_last_one() -> None:
    assert patterns_of(TABLE) == ["read (?:more|next)", "^share$"]
    assert patterns_of("\n \n") == []


def test_any_of_a_table_matches_what_one_line_does() -> None:
    pattern = re.compile(any_of(TABLE))
    assert pattern.search("Please read next")
    assert pattern.search("share")
    assert not pattern.search("share it")
