"""The headings of a page."""

import pytest
from lxml import html

from pipeline.extract.metadata.headings import Headings, find_headline
from pipeline.extract.metadata.structured_data import StructuredData

TITLED = StructuredData(title_tag="Ferries sail again - Harbour Post")


def tree_of(body: str) -> html.HtmlElement:
    return html.document_fromstring(f"<html><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<h1>Harbour</h1><h2>Ferries sail again</h2>", "Ferries sail again"),
        ("<h1>Logo</h1><article><h1>Other words</h1></article>", "Other words"),
        ("<h1>Other words</h1>", "Other words"),
        ("<h1>Logo</h1><h1>Box</h1>", None),
        ("<p>Text</p>", None),
    ],
)
def test_the_headline_is_named_by_the_title_or_stands_in_the_article(
    body: str, found: str | None
) -> None:
    headline = find_headline(tree_of(body), TITLED)
    assert (None if headline is None else headline.text) == found


def test_headings_by_rank() -> None:
    body = '<h1><a href="https://a.example/index.html">Post</a></h1><h1>One two</h1><h3>Three</h3>'
    found = Headings.of(tree_of(body), [])
    assert list(found.first.values()) == ["Post", "One two"]
    assert (found.lower, found.logos) == (("three",), frozenset({"post"}))
    assert found.all == {"post", "onetwo", "three"}
    assert found.ends_with("Hree!")
