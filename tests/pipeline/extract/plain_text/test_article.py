"""Articles in plain text; whole pages are folders in ``cases``."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.extract import extract
from pipeline.extract.plain_text.article import is_listing, is_plain_text, read_plain_text
from pipeline.records import Article, FoundBy, Link, Page
from pipeline.urls import Url


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
def test_plain_text_is_known_by_its_type_and_first_characters(
    text: str, content_type: str, *, expected: bool
) -> None:
    assert is_plain_text(text, content_type) is expected


SENTENCES = [
    "The ferry between Eastquay and the islands will sail again on Monday, the harbour board said.",
    "The board and its crews have agreed on a new rota for the whole winter, it said on Friday.",
    "Each crew will have two days of rest after five days at sea, and a third one in the summer.",
]
PLAIN = "\n".join(
    [
        "Ferries sail again - Harbour Post",
        "Home",
        "Sport",
        "Home / World / Ferries sail again",
        "Ferries sail again",
        "By Ann Lee | 24 November 2026",
        *SENTENCES,
        "3 Comments",
        "This is so good for the islands, I am glad that they found a way to go on with it.",
    ]
)


def test_an_article_is_read_from_its_lines() -> None:
    url = Url("https://harbour-post.example/ferries-sail-again")
    found = read_plain_text(PLAIN, announced="", url=url)
    assert found.title == "Ferries sail again"
    assert found.section == "World"
    assert found.authors == ("Ann Lee",)
    assert found.dates == ("24 November 2026",)
    assert found.paragraphs == tuple(SENTENCES)
    assert not is_listing(found)


def test_headlines_and_lines_in_turns_are_a_listing() -> None:
    heads = [
        f"Headline of the story number {word}"
        for word in ("one", "two", "three", "four", "five", "six")
    ]
    lines = [line for head in heads for line in (head, SENTENCES[0])]
    found = read_plain_text("\n".join(lines), announced="", url=Url("https://a.example/news"))
    assert is_listing(found)
