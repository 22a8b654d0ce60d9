"""Text dumps, line by line; whole dumps are folders in ``cases``."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.extract import extract
from pipeline.extract.plain_text.article import is_plain_text
from pipeline.extract.plain_text.lines import (
    is_box,
    is_closing,
    is_tool,
    lines_of,
    running_span,
    weight,
)
from pipeline.records import Article, FoundBy, Link, Page
from pipeline.urls import Url

SENTENCE = "The ferry between Eastquay and the islands will sail again on Monday, the harbour board said on Friday night."


def test_the_seed_gives_exactly_what_is_expected(shared_data: Path) -> None:
    [file] = (shared_data / "seed").glob("*.txt")
    expected = json.loads((shared_data / "seed" / "expected.json").read_text())
    now, url = datetime(2026, 11, 24, tzinfo=UTC), "http://unknown.invalid/news/unknown.html"
    page = Page(
        url=Url(url),
        final_url=Url(url),
        status=200,
        content_type="text/plain",
        content=file.read_bytes(),
        fetched_at=now,
    )
    article = extract(
        page, link=Link(url=Url(url), source="seed", found_by=FoundBy.COMMAND), first_seen=now
    )
    assert isinstance(article, Article)
    assert (article.title, article.section) == (expected["title"], expected["section"])
    assert article.body.startswith(expected["body_starts_with"])
    assert article.body.endswith(expected["body_ends_with"])
    assert len(article.body.split("\n\n")) == expected["body_paragraphs"]
    assert not [text for text in expected["must_not_appear"] if text in article.model_dump_json()]
    assert not [text for text in expected["keeps"] if text not in article.body]
    assert article.agency is None


@pytest.mark.parametrize(
    ("text", "content_type", "expected"),
    [
        ("A line.\n", "text/plain", True),
        ("A line.\n", "Text/Plain; charset=utf-8", True),
        ("<!DOCTYPE html>\n<html>", "text/plain", False),
        ("1 < 2\n", "text/plain", True),
        ("A line.\n", "text/html", False),
        ("A line.\n", "", False),
    ],
)
def test_a_dump_is_plain_by_type_and_looks(text: str, content_type: str, expected: bool) -> None:  # noqa: FBT001
    assert is_plain_text(text, content_type) is expected


def test_wrapped_paragraphs_are_joined_and_lists_of_labels_are_not() -> None:
    wrapped = "The ferry between Eastquay and the Skerrow Islands will\nsail again on Monday, the harbour board said.\nYes."
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


def test_tools_are_told_from_words() -> None:
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


def test_a_dump_without_any_text_has_no_stretch() -> None:
    assert running_span(["Home", "Sport", "Imprint"]).end == 0
    assert running_span([]).end == 0
