import pytest

from pipeline.discover.listings import (
    LinkTally,
    NotAPage,
    learned,
    parse_listing,
    worth_following,
)

URL = "https://www.harbour.example/news/"


PAGE = """
<html><head><base href="/news/"></head><body>
<nav><a href="/sport/the-sport-of-the-day">The sport of the day, in the menu</a></nav>
<main>
 <a href="2026/11/ferry-crews-go-back"><img src="x.jpg"></a>
 <h2><a href="/news/2026/11/ferry-crews-go-back?utm_source=front#top">Ferry crews go
   back to work</a></h2>
 <h2><a href="https://m.harbour.example/news/2026/11/grain-fire-is-out">Grain fire is out</a></h2>
 <a href="/about">About the paper and its people</a>
 <a href="/news/">News</a> <a href="#comments">Comments on all of this</a> <a
href="/pictures/one-two-three.jpg">Big</a>
 <a href="https://elsewhere.example/2026/a-long-story-elsewhere">A long story elsewhere</a>
 <a href="javascript:alert(1)">Open the window now</a> <a href="http://[">Broken in every way</a>
 <a href="/news/2026/11/more-of-the-same-thing">More</a>
</main>
<footer><a href="/legal/terms-and-conditions-of-use">Terms and conditions of
use</a></footer></body></html>
"""


def test_links_of_the_pages_middle_to_its_own_site_are_found_once_with_their_text() -> None:
    teasers = parse_listing(PAGE.encode(), "text/html", url=URL, source="harbour")
    assert [(teaser.link.url, teaser.link.title, teaser.looks_right) for teaser in teasers] == [
        (
            "https://www.harbour.example/news/2026/11/ferry-crews-go-back",
            "Ferry crews go back to work",
            True,
        ),
        ("https://m.harbour.example/news/2026/11/grain-fire-is-out", "Grain fire is out", True),
        ("https://www.harbour.example/about", "About the paper and its people", False),
        ("https://www.harbour.example/news/2026/11/more-of-the-same-thing", "More", False),
    ]
    assert {(t.link.source, t.link.found_by.value, t.link.found_in) for t in teasers} == {
        ("harbour", "section", URL)
    }


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"<html><body>Nothing but <b>words</b>", b'<a href="/news/">self</a>']
)
def test_a_page_without_links_says_so(content: bytes) -> None:
    with pytest.raises(NotAPage):
        parse_listing(content, "text/html", url=URL, source="harbour")


def test_what_became_of_a_shape_decides_once_there_is_enough_of_it() -> None:
    ferry, _, about, more = parse_listing(PAGE.encode(), "text/html", url=URL, source="harbour")
    assert [worth_following(teaser, {}) for teaser in (ferry, about, more)] == [True, False, False]
    bad = learned({}, [(ferry.shape, False)] * 3)
    assert not worth_following(ferry, bad)
    assert worth_following(ferry, learned(bad, [(ferry.shape, True)] * 2))
    short = {"/w": LinkTally(articles=3)}
    assert worth_following(about, short)
    assert worth_following(more, learned({}, [(more.shape, True)] * 3))


def test_a_look_that_sees_the_same_links_again_does_not_count_them_twice() -> None:
    once = learned({}, [("/slug", True), ("/slug", False), ("/w", False)])
    assert (
        learned(once, [("/slug", True)])
        == once
        == {
            "/slug": LinkTally(articles=1, others=1),
            "/w": LinkTally(others=1),
        }
    )


def test_a_page_of_a_hundred_thousand_links_is_cut() -> None:
    page = "".join(
        f'<a href="/a-story-of-the-day-{n}">A story of the day {n}</a>' for n in range(100_000)
    )
    assert len(parse_listing(page.encode(), "text/html", url=URL, source="harbour")) == 300
