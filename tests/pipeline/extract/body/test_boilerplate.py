"""Containers around an article."""

import pytest
from lxml import html
from lxml.html import HtmlElement

from pipeline.extract.body.boilerplate import (
    MAX_SHARE,
    NO_SHARE,
    Size,
    allowance,
    cut,
    measure,
    remove_boilerplate,
)

TEXT = "The ferry between Eastquay and the islands will sail again on Monday, the board said."
OTHER = "Another ferry, between Westquay and the mainland, is under repair until the summer."


def page(body: str) -> HtmlElement:
    tree: HtmlElement = html.fragment_fromstring(body)
    return tree


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("sidebar", MAX_SHARE),
        ("article-relatedPosts box", MAX_SHARE),
        ("author_bio", MAX_SHARE),
        ("teaser-content", 0.0),
        ("hidden", 0.0),
        ("article-hidden-desktop", NO_SHARE),
        ("story author", NO_SHARE),
        ("", NO_SHARE),
    ],
)
def test_names_allow_a_share_of_the_running_text(name: str, share: float) -> None:
    assert allowance(name) == share


def test_sizes_add_up_from_the_leaves() -> None:
    tree = page(f'<div><p>{TEXT} <a href="/x">Rota</a></p><p>Short</p><script>var x</script></div>')
    size = measure(tree)[tree]
    assert size == Size(text=len(TEXT) + 4 + 5, linked=4, running=len(TEXT), links=1)
    assert tree.find("script") is None


def test_named_containers_are_removed_and_the_rest_is_counted() -> None:
    tree = page(
        f'<main><div class="has-sidebar"><p>{TEXT}</p><p>{OTHER}</p></div>'
        '<div class="sidebar"><p>Weather: fine</p></div><nav>Home</nav>'
        f'<p>{TEXT}<span class="paywall"> yes</span></p></main>'
    )
    left = remove_boilerplate(tree, measure(tree))
    assert left == 2 * len(TEXT) + len(OTHER) + len("yes")
    assert tree.find(".//nav") is None
    assert "Weather" not in tree.text_content()
    assert OTHER in tree.text_content()  # a share too large, whatever the name
    assert " yes" in tree.text_content()


def test_a_list_of_nothing_but_links_is_removed() -> None:
    links = "".join(f'<li><a href="/{number}">Headline {number}</a></li>' for number in range(5))
    tree = page(f"<main><p>{TEXT}</p><ul>{links}</ul></main>")
    remove_boilerplate(tree, measure(tree))
    assert tree.find("ul") is None


def test_cutting_keeps_the_text_behind() -> None:
    tree = page("<p>a<b>b</b>c<i>d</i>e</p>")
    cut(tree[0])
    assert tree.text_content() == "acde"
    cut(tree[0])
    assert html.tostring(tree) == b"<p>ace</p>"
