"""From text to one tree."""

import pytest

from pipeline.extract.tree import (
    MAX_DEPTH,
    MAX_ELEMENTS,
    PARSER_DEPTH,
    elements_with,
    flattened,
    parse,
    tree_of,
    with_closed_noscript,
)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_without_text_there_is_no_tree(text: str) -> None:
    assert parse(text) is None


def test_a_tree_holds_all_elements() -> None:
    tree = parse("<html><body><p>One <b>two</b></p></body></html>")
    assert tree is not None
    assert [element.tag for element in tree.iter()] == ["html", "body", "p", "b"]
    assert tree.text_content() == "One two"


def test_elements_beyond_the_most_are_left_out() -> None:
    tree = parse("<html><body>" + "<p>x</p>" * (MAX_ELEMENTS + 100) + "</body></html>")
    assert tree is not None
    assert len(list(tree.iter())) == MAX_ELEMENTS


def test_a_page_deeper_than_the_parser_keeps_its_text() -> None:
    deep = 2 * PARSER_DEPTH
    tree = parse(
        "<html><body>" + "<div>" * deep + "<p>deep down</p>" + "</div>" * deep + "</body></html>"
    )
    assert tree is not None
    assert "deep down" in tree.text_content()


def test_tags_that_are_too_deep_are_flattened() -> None:
    text = "<div>" * (MAX_DEPTH + 2) + "<p>x</p>" + "</div>" * (MAX_DEPTH + 2)
    flat = flattened(text)
    assert flat.count("<div>") == flat.count("</div>") == MAX_DEPTH
    assert "<p>x</p>" in flat
    assert flattened("<ul><li>a<li>b</ul>") == "<ul><li>a<li>b</ul>"


def test_a_page_that_shows_dates() -> None:
    assert [element.text for element in tree_of(["1 May", "2 May"]).iter("p")] == ["1 May", "2 May"]


def test_flattening_keeps_text_and_what_is_not_deep() -> None:
    shallow = '<div class="a"><p>Text<br>more</p></div>'
    assert flattened(shallow) == shallow
    deep = flattened("<div>" * 1000 + "<p>Text</p>" + "</div>" * 1000 + shallow)
    assert deep.count("<div>") == deep.count("</div>") - 1 < 200
    assert deep.endswith(shallow)
    assert "<p>Text</p>" in deep


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("<noscript><div><img></noscript>a", "<noscript><div><img></div></noscript>a"),
        ("<noscript><ul><li>x<B>y</noscript>a", "<noscript><ul><li>x<B>y</b></ul></noscript>a"),
        ("<noscript><p>x</noscript>a", "<noscript><p>x</noscript>a"),
        ("<div></noscript>a", "<div></noscript>a"),
        ("<div><noscript>a", "<div><noscript>a"),
    ],
)
def test_elements_end_with_their_noscript(text: str, closed: str) -> None:
    assert with_closed_noscript(text) == closed


def test_elements_are_found_by_their_attributes_in_order() -> None:
    tree = parse('<p rel="x">1</p><b>2</b><i itemprop="y">3</i><u rel>4</u>')
    assert tree is not None
    assert [each.text for each in elements_with(tree, "itemprop", "rel")] == ["1", "3", "4"]
    assert elements_with(tree, "class") == []
