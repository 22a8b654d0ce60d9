"""Containers around an article."""

import pytest
from lxml import html
from lxml.html import HtmlElement

from pipeline.extract.body.boilerplate import (
    DOUBTFUL,
    Size,
    cut,
    measure,
    remove_boilerplate,
    sign_in,
)

TEXT = "The ferry between Eastquay and the islands will sail again on Monday, the board said."
OTHER = "Another ferry, between Westquay and the mainland, is under repair until the summer."


def page(body: str) -> HtmlElement:
    tree: HtmlElement = html.fragment_fromstring(body)
    return tree


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("sidebar", "sidebar"),
        ("article-relatedPosts box", "related"),
        ("newsletters", "newsletters"),
        ("author_bio", "authorbio"),
        ("authorbox", "authorbox"),
        ("teaser-content", DOUBTFUL),
        ("hidden", DOUBTFUL),
        ("article-hidden-desktop", None),
        ("story author", None),
        ("", None),
    ],
)
def test_names_have_signs_of_boilerplate(name: str, sign: str | None) -> None:
    assert sign_in(name) == sign


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


def test_a_word_is_believed_by_all_containers_that_have_it() -> None:
    parts = f'<div class="social"><p>{TEXT}</p></div>' * 4
    alone = page(f"<main>{parts}</main>")
    assert remove_boilerplate(alone, measure(alone)) == 4 * len(TEXT)
    beside = page(f"<main>{parts}{f'<p>{OTHER}</p>' * 16}</main>")
    assert remove_boilerplate(beside, measure(beside)) == 16 * len(OTHER)


def test_words_together_take_at_most_half_of_the_text() -> None:
    names = ("related", "newsletter", "sidebar", "comments")
    parts = "".join(f'<div class="{name}"><p>{TEXT}</p></div>' for name in names)
    tree = page(f"<main>{parts}</main>")
    assert remove_boilerplate(tree, measure(tree)) == 2 * len(TEXT)


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
