"""Web pages as discovery reads them."""

import pytest

from pipeline.discover.html import base_of, page_tree

URL = "https://a.example/news/"


def test_a_page_is_read_in_its_charset() -> None:
    tree = page_tree("<p>Fähre</p>".encode("cp1252"), "text/html; charset=latin1")
    assert tree is not None
    assert tree.findtext(".//p") == "Fähre"


@pytest.mark.parametrize("content", [b"", b"no markup", b"<"])
def test_what_has_no_markup_has_no_tree(content: bytes) -> None:
    tree = page_tree(content, "text/html")
    assert tree is None or tree.text_content() in {"<", ""}


@pytest.mark.parametrize(
    ("head", "base"),
    [
        ("", URL),
        ('<base href="/x/">', "https://a.example/x/"),
        ('<base target="_top"><base href="https://b.example/">', "https://b.example/"),
        ('<base href="javascript:0">', URL),
    ],
)
def test_links_are_relative_to_the_base_that_the_page_names(head: str, base: str) -> None:
    tree = page_tree(f"<html><head>{head}</head><body>x</body></html>".encode(), "text/html")
    assert tree is not None
    assert base_of(tree, URL) == base
