"""Strings of pages as plain text."""

import pytest
from lxml import html

from pipeline.text.cleaning import (
    letters,
    one_line,
    plain,
    raw_text,
    same,
    spaced,
    storable,
    text_of,
)


def test_what_no_store_can_take_is_removed_and_pairs_of_surrogates_are_joined() -> None:
    assert storable("a\x00b\u200bc\u00add") == "abcd"
    assert storable("\ud83d\ude00") == "😀"
    assert storable("a\ud800b") == "a\ufffdb"
    assert storable("line\nline\t") == "line\nline\t"


def test_every_run_of_white_space_is_one_space() -> None:
    assert one_line("  a\n\t b\u00a0\u2003c ") == "a b c"
    assert one_line(" \n ") == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Fish &amp; chips", "Fish & chips"),
        ("Fish &amp;amp; chips", "Fish & chips"),
        ("A <b>bold</b>  move", "A bold move"),
        ("&lt;p&gt;Escaped&lt;/p&gt;", "Escaped"),
        ("1 < 2 & 3", "1 < 2 & 3"),
        ("AT&T", "AT&T"),
    ],
)
def test_a_metadata_value_is_one_line_without_markup(value: str, text: str) -> None:
    assert plain(value) == text


def test_phrases_of_different_elements_are_spaced() -> None:
    heading = html.fromstring("<h1><span>Kicker</span><span>The headline</span></h1>")
    assert text_of(heading) == "KickerThe headline"
    assert spaced(heading) == "Kicker The headline"
    assert spaced(html.fromstring("<p>O<b>ne</b><br>two</p>")) == "One two"
    assert spaced(html.fromstring("<p><b>McDonald</b>'s</p>")) == "McDonald's"


def test_raw_text_keeps_white_space() -> None:
    assert raw_text(html.fromstring("<p>a <b>\n b</b></p>")) == "a \n b"


def test_lines_are_compared_by_letters() -> None:
    assert letters("It’s 5 o'clock – Straße!") == "its5oclockstrasse"
    assert same("Ferries sail again.", "FERRIES  sail again")
    assert not same("Ferries sail", "Ferries sail again")
