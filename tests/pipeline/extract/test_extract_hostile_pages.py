"""Pages that are made to break a reader: an outcome each, in bounded time."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.extract import extract
from pipeline.outcome import Reason, Rejected
from pipeline.records import Article, FoundBy, Link, Page

URL = "https://harbour-post.example/2026/11/ferries-sail-again-on-monday/"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SENTENCE = "The ferry between Eastquay and the islands will sail again on Monday, the harbour board said. "
TEXT = f"<p>{SENTENCE * 3}</p>" * 3


def outcome(content: bytes, content_type: str = "text/html; charset=utf-8", url: str = URL) -> Article | Rejected:
    page = Page(url=url, final_url=url, status=200, content_type=content_type, content=content, fetched_at=NOW)
    return extract(page, link=Link(url=url, source="harbour-post", found_by=FoundBy.FEED), first_seen=NOW)


def html(body: str, head: str = "<title>Ferries sail again</title>") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "5,000 elements deep": lambda: html("<div>" * 5000 + TEXT + "</div>" * 5000),
    "100,000 links": lambda: html(TEXT + "".join(f'<a href="/a{i}">Link number {i}</a> ' for i in range(100_000))),
    "100,000 links in a list": lambda: html(
        TEXT + "<ul>" + "".join(f'<li><a href="/a{i}">Link {i}</a></li>' for i in range(100_000)) + "</ul>"
    ),
    "5 MB of paragraphs": lambda: html(f"<p>{SENTENCE}</p>" * 50_000),
    "5 MB in one paragraph": lambda: html(f"<p>{SENTENCE * 55_000}</p>"),
    "only NULs": lambda: b"\x00" * 100_000,
    "all bytes": lambda: bytes(range(256)) * 2000,
    "opening brackets": lambda: b"<" * 1_000_000,
    "entities": lambda: html("<p>" + "&amp;" * 200_000),
    "attributes": lambda: b"<html " + b'a="b" ' * 100_000 + b"><body>" + TEXT.encode(),
    "tables in tables": lambda: html("<table><tr><td>" * 300 + TEXT + "</td></tr></table>" * 300),
    "comments": lambda: html("<!-- x -->" * 100_000 + TEXT),
    "inline elements never closed": lambda: html(TEXT + "<p>" + "<b><i>" * 20_000 + "x"),
    "JSON-LD of brackets": lambda: html(TEXT, '<script type="application/ld+json">' + "[" * 100_000 + "</script>"),
    "JSON-LD 3,000 deep": lambda: html(
        TEXT, '<script type="application/ld+json">' + '{"@type":"A","b":' * 3000 + "1" + "}" * 3000 + "</script>"
    ),
    "line breaks": lambda: html("<div>" + f"{SENTENCE}<br>" * 20_000 + "</div>"),
}  # fmt: skip


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_any_page_has_an_outcome_in_time(make: Callable[[], bytes]) -> None:
    content = make()
    started = time.process_time()
    result = outcome(content)
    assert time.process_time() - started < 10
    assert isinstance(result, (Article, Rejected))
    result.model_dump_json()


def test_lone_surrogates_become_replacement_characters() -> None:
    node = '{"@type":"NewsArticle","headline":"Lone \\ud83d here","url":"/","author":"\\ud83d\\ude00 Bob Ray"}'
    result = outcome(html(TEXT + "<p>&#xD83D;</p>", f'<script type="application/ld+json">{node}</script>'))
    assert isinstance(result, Article)
    assert result.title == "Lone � here"
    assert result.authors == ("😀 Bob Ray",)
    assert Article.model_validate_json(result.model_dump_json()) == result


def test_an_address_that_cannot_be_one_is_rejected() -> None:
    result = outcome(html(TEXT), url="mailto:someone@example.org")
    assert isinstance(result, Rejected)
    assert result.reason == Reason.UNSUPPORTED_SCHEME


@pytest.mark.parametrize(
    "value", [None, 3, True, [], {}, [[]], {"name": None}, [{"name": [1, None]}], "", "x" * 10_000]
)
@pytest.mark.parametrize(
    "name", ["headline", "author", "datePublished", "image", "keywords", "articleSection", "publisher"]
)
def test_structured_data_may_be_of_any_shape(name: str, value: object) -> None:
    node = {
        "@type": "NewsArticle",
        "headline": "Ferries sail again",
        "url": URL,
        "datePublished": "2026-11-20",
        name: value,
    }
    result = outcome(html(TEXT, f'<script type="application/ld+json">{json.dumps(node)}</script>'))
    assert isinstance(result, Article)


@pytest.mark.parametrize(
    "content_type", ["", "text/html; charset=", "text/html; charset=rot13", "text/html; charset=nonsense", "x"]
)
def test_charsets_that_are_none_are_passed_over(content_type: str) -> None:
    result = outcome(html(TEXT + "<p>Größe</p>"), content_type)
    assert isinstance(result, Article)
    assert "Größe" in result.body
