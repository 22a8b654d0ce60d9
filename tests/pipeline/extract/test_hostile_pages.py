"""Pages that are made to break a reader: an outcome each, in bounded time and memory."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.outcome import Reason, Rejected
from pipeline.records import Article
from tests.support.processes.hostile_pages import HOSTILE, SENTENCE, TEXT, URL, html, outcome

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_any_page_has_an_outcome_in_time(make: Callable[[], bytes]) -> None:
    content = make()
    started = time.process_time()
    result = outcome(content)
    assert time.process_time() - started < 10
    assert isinstance(result, (Article, Rejected))
    result.model_dump_json()


@pytest.mark.parametrize(
    "name",
    [
        "5 MB of paragraphs",
        "5,000 elements deep",
        "100,000 links",
        "only NULs",
        "a charset that lies",
    ],
)
def test_a_process_reads_it_within_ten_seconds_and_300_megabytes(name: str) -> None:
    command = [sys.executable, "-m", "tests.support.processes.hostile_pages", name]
    report = json.loads(
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60).stdout
    )
    assert report["kind"] in {"Article", "Rejected"}
    assert report["seconds"] < 10
    assert report["megabytes"] < 300


@pytest.mark.parametrize(
    "name", ["5,000 elements deep", "5,000 elements deep, never closed", "tables in tables"]
)
def test_text_deeper_than_the_parser_goes_is_found(name: str) -> None:
    result = outcome(HOSTILE[name]())
    assert isinstance(result, Article)
    assert SENTENCE.strip() in result.body


def test_a_charset_that_lies_is_not_believed() -> None:
    result = outcome(HOSTILE["a charset that lies"](), "text/html; charset=utf-8")
    assert isinstance(result, Article)
    assert result.body.startswith("Größe – The ferry")


def test_lone_surrogates_become_replacement_characters() -> None:
    node = (
        '{"@type":"NewsArticle","headline":"Lone \\ud83d here","url":"/","author":"\\ud83d\\ude00 '
        'Bob Ray"}'
    )
    result = outcome(
        html(TEXT + "<p>&#xD83D;</p>", f'<script type="application/ld+json">{node}</script>')
    )
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
    "name",
    ["headline", "author", "datePublished", "image", "keywords", "articleSection", "publisher"],
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
    "content_type",
    ["", "text/html; charset=", "text/html; charset=rot13", "text/html; charset=nonsense", "x"],
)
def test_charsets_that_are_none_are_passed_over(content_type: str) -> None:
    result = outcome(html(TEXT + "<p>Die Größe der Fähre.</p>"), content_type)
    assert isinstance(result, Article)
    assert "Größe" in result.body
