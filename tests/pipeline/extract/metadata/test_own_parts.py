"""Which parts of a page are the article's own."""

import pytest
from lxml import html

from pipeline.extract.metadata.own_parts import is_elsewhere, is_in_article


@pytest.mark.parametrize(
    ("body", "elsewhere"),
    [
        ("<article><h1>Boats</h1><i>x</i></article>", False),
        ("<nav><i>x</i></nav>", True),
        ("<figure><figcaption><i>x</i></figcaption></figure>", True),
        ("<footer><i>x</i></footer>", True),
        ("<article><footer><i>x</i></footer></article>", False),
        ('<div id="disqus_thread"><i>x</i></div>', True),
        ('<div class="has-comments"><h1>Boats</h1><i>x</i></div>', False),
    ],
)
def test_parts_of_others(body: str, *, elsewhere: bool) -> None:
    tree = html.document_fromstring(f"<html><body>{body}</body></html>")
    headline = next(tree.iter("h1"), None)
    assert is_elsewhere(next(tree.iter("i")), headline) is elsewhere


def test_the_main_part() -> None:
    tree = html.document_fromstring("<main><i>x</i></main><b>y</b>")
    assert is_in_article(next(tree.iter("i")))
    assert not is_in_article(next(tree.iter("b")))


ASIDE = "<body><main><h1>Ferries sail</h1></main><aside>{}</aside></body>"


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ("<li><a href='/x'>Board names a new head</a> <time>3 January 2025</time></li>", True),
        ("<p>Published <time>3 January 2025</time></p>", False),
        ("<p><time>3 January 2025</time> <a href='/print'>Print</a></p>", False),
    ],
)
def test_a_date_beside_a_linked_headline_is_another_articles(
    beside: str, *, expected: bool
) -> None:
    tree = html.fromstring(ASIDE.format(beside))
    assert is_elsewhere(next(tree.iter("time")), next(tree.iter("h1"))) is expected
