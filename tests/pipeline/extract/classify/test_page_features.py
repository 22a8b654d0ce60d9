"""What tells kinds of pages apart."""

import pytest
from lxml import html

from pipeline.extract.classify.page_features import (
    PageFeatures,
    is_called_article,
    read_page_features,
)
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.urls import Url

URL = Url("https://a.example/live/ferry-strike")
ARTICLE = StructuredData(article={"headline": "x"}, types=frozenset({"NewsArticle"}))


def features(body: str, data: StructuredData | None = None) -> PageFeatures:
    tree = html.fromstring(f"<body>{body}</body>")
    found, sizes = read_page_features(tree, data or StructuredData(), URL)
    assert sizes[tree].text == found.text
    return found


def test_text_and_links_are_counted() -> None:
    found = features('<p>Text <a href="/x">Link</a></p><script>var x</script>')
    assert (found.text, found.linked, found.teasers) == (8, 4, 0)
    assert not found.scripted


def test_linked_headings_are_teasers_with_what_is_under_them() -> None:
    found = features(
        '<h2><a href="/1">One story</a></h2><p>Its line</p>'
        '<h3><a href="#top">Top</a></h3><a href="/2"><h3>Two</h3></a><h2>Plain</h2>'
        '<li><a href="/3">Third story</a> 1</li><li>Mostly words <a href="/4">x</a></li>'
    )
    assert found.teasers == 2
    assert found.teaser_texts == {"onestory", "itsline", "two", "thirdstory1"}


@pytest.mark.parametrize(
    "heading",
    [
        '<h2>The ships <a href="#ships">¶</a></h2>',
        '<h2>The history of the ships <a href="/w/edit?part=1">edit</a></h2>',
        '<h2><a href="/live/ferry-strike?post=7">10:30 The first ship sails</a></h2>',
    ],
)
def test_marks_in_headings_and_links_to_the_page_itself_are_no_teasers(heading: str) -> None:
    assert features(heading).teasers == 0


def test_what_a_round_up_says_of_each_is_more_than_a_lead() -> None:
    story = "A sentence about the ferry and its crew. " * 10
    found = features(f'<h2><a href="/1">One story</a></h2><p>{story}</p>')
    assert found.teaser_texts == {"onestory"}


def test_an_article_has_no_teaser_texts() -> None:
    body = '<h2><a href="/1">One story</a></h2>'
    assert features(body, ARTICLE).teaser_texts == frozenset()
    assert features(body, ARTICLE).teasers == 1


def test_scripts_are_noticed() -> None:
    assert features("<noscript>Please enable JavaScript to go on</noscript>").scripted
    assert not features("<noscript><img src='/x'></noscript>").scripted


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (ARTICLE, True),
        (StructuredData(types=frozenset({"NewsArticle"})), False),  # another page's
        (StructuredData(meta={"og:type": ("Article",)}), True),
        (StructuredData(meta={"og:type": ("website",)}), False),
        (StructuredData(meta={"article:published_time": ("2026-11-24",)}), True),
        (StructuredData(), False),
    ],
)
def test_structured_data_calls_a_page_an_article(data: StructuredData, *, expected: bool) -> None:
    assert is_called_article(data) is expected
