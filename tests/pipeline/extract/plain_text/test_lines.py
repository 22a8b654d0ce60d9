"""The lines of plain text, and which of them are its running text."""

import pytest

from pipeline.extract.plain_text.lines import (
    CLOSING_COST,
    LABEL,
    MOST,
    REQUEST_COST,
    is_box,
    is_closing,
    is_tool,
    lines_of,
    running_span,
    weight,
)

SENTENCE = (
    "The ferry between Eastquay and the islands will sail again on Monday, "
    "the harbour board said on Friday night."
)


@pytest.mark.parametrize(
    ("line", "points"),
    [
        (SENTENCE, len(SENTENCE)),
        (SENTENCE * 9, MOST),
        ("It sails again.", 7),
        ("Stop.", LABEL),
        ("Sport", LABEL),
        ("Sign up for our newsletter", REQUEST_COST),
        ("Leave a comment", CLOSING_COST),
    ],
)
def test_a_line_has_points_as_text_or_against_it(line: str, points: int) -> None:
    assert weight(line) == points


def test_wrapped_paragraphs_are_joined_and_lists_of_labels_are_not() -> None:
    wrapped = (
        "The ferry between Eastquay and the Skerrow Islands will\nsail again on Monday, the "
        "harbour board said.\nYes."
    )
    labels = "Home\nBusiness\nA page with a longer name"
    assert lines_of(f"{wrapped}\r\n\r\n{labels}") == [
        " ".join(wrapped.split()),
        *labels.split("\n"),
    ]


def test_paragraphs_on_lines_of_their_own_stay_apart() -> None:
    text = f"{SENTENCE}\n{SENTENCE}\n{SENTENCE}"
    assert lines_of(text) == [SENTENCE] * 3


@pytest.mark.parametrize(
    "line",
    [
        "About web sub editor",
        "12 Comments",
        "Leave a Reply",
        "Tags: harbour, ferry",
        "#tren #puerto",
    ],
)
def test_what_closes_a_text(line: str) -> None:
    assert is_closing(line)
    assert weight(line) < 0


@pytest.mark.parametrize(
    "line", ["Check Also", "Related Articles", "Das könnte Sie auch interessieren", "À lire aussi"]
)
def test_headings_over_other_articles(line: str) -> None:
    assert is_box(line)


@pytest.mark.parametrize(
    "line", [SENTENCE, "About half of them came back.", "Comments were few.", "The plan in brief"]
)
def test_what_closes_nothing(line: str) -> None:
    assert not is_closing(line)
    assert not is_box(line)


def test_tools_are_distinguished_from_words() -> None:
    assert is_tool("Share Facebook Twitter E-mail")
    assert not is_tool("Share prices fall")


def test_the_text_ends_at_the_comments_however_long_they_are() -> None:
    lines = ["Home", "A title of some words", *[SENTENCE] * 4, "3 Comments", *[SENTENCE] * 40]
    span = running_span(lines)
    assert (span.start, span.end) == (2, 6)


def test_a_box_in_the_text_does_not_end_it() -> None:
    lines = ["Home", *[SENTENCE] * 4, "Related Articles", "A teaser", *[SENTENCE] * 4, "Imprint"]
    span = running_span(lines)
    assert (span.start, span.end) == (1, 11)


def test_a_page_without_any_text_has_no_stretch() -> None:
    assert running_span(["Home", "Sport", "Imprint"]).end == 0
    assert running_span([]).end == 0
