"""The dates that a reader sees."""

import pytest
from lxml import html

from pipeline.extract.metadata.dates.shown import shown_dates

TEXT = "<p>" + "The harbour board met until late in the night and heard the crews. " * 6 + "</p>"
LONG = TEXT * 5


def texts(page: str) -> list[str]:
    """The dates near the headline, the likeliest first."""
    tree = html.document_fromstring(f"<html><body>{page}</body></html>")
    headline = next(tree.iter("h1"), None)
    near = next(shown_dates(tree, headline))
    return list(dict.fromkeys(each.text for each in near))


@pytest.mark.parametrize(
    ("page", "date"),
    [
        ("<h1>Boats</h1><p class=d>7 сентября 2025</p>", "7 сентября 2025"),
        ("<h1>Boats</h1><em>07.09.2025 14:10</em>", "07.09.2025 14:10"),
        ("<main><p>7 September 2025</p><h1>Boats</h1></main>", "7 September 2025"),
        ("<h1>Boats</h1><p>7 Sept. 2025 - The board met.</p>", "7 Sept. 2025 - The board met."),
        ("<h1>Boats</h1><dl><dt>Datum</dt><dd>07.09.2025</dd></dl>", "07.09.2025"),
        ("<h1>Boats</h1><p>Ann Lee <b>|</b> 7 May 2025 <!-- x --></p>", "7 May 2025"),
        ("<h1>Boats</h1><p class=date>May<span> 07 </span>2025</p>", "May 07 2025"),
        ('<h1>Boats</h1><abbr title="2025-09-07T08:00">08:00</abbr>', "2025-09-07T08:00"),
        ('<h1>Boats</h1><b class=date title="2025-09-07">today</b>', "2025-09-07"),
        ('<h1>Boats</h1><time datetime="2025-09-07">today</time>', "2025-09-07"),
        ("<h1>Boats</h1><time>9 ธันวาคม 2567</time>", "9 ธันวาคม 2567"),
        ('<h1>Boats</h1><i itemprop=datePublished content="2025-09-07">x</i>', "2025-09-07"),
        ("<article><h1>Boats</h1><footer><i>07.09.2025</i></footer></article>", "07.09.2025"),
    ],
)
def test_dates_near_the_headline(page: str, date: str) -> None:
    assert texts(page + TEXT)[0] == date


def test_the_nearest_comes_first() -> None:
    page = f"<div><p>05.09.2025</p><h1>Boats</h1><p>07.09.2025</p>{TEXT}<p>08.09.2025</p></div>"
    assert texts(page) == ["07.09.2025", "05.09.2025", "08.09.2025"]


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("<p>Updated: 09.09.2025</p>", []),
        ("<p>Letzte Änderung 09.09.2025</p>", []),
        ('<time itemprop="dateModified" datetime="2025-09-09">9 Sept 2025</time>', []),
        ('<time class="updated" datetime="2025-09-09">9 Sept 2025</time>', []),
        ('<time class="published updated" datetime="2025-09-09">x</time>', ["2025-09-09"]),
        ("<p>Updated: 9 May 2025 | Published: 7 May 2025</p>", ["7 May 2025"]),
        ("<p>Published 7 May 2025</p>", ["7 May 2025"]),
    ],
)
def test_a_later_change_is_no_publication(change: str, left: list[str]) -> None:
    assert texts(f"<h1>Boats</h1>{change}{TEXT}") == left


@pytest.mark.parametrize(
    "other",
    [
        "<nav><p>07.09.2025</p></nav>",
        "<footer><p>07.09.2025</p></footer>",
        '<ol id="comments"><li><time datetime="2025-09-07">x</time><p>Nice.</p></li></ol>',
        "<p>The next meeting is on 07.09.2025 in the old town hall at noon.</p>",
        f"{LONG}<p>07.09.2025</p>",
        "<p>Call 01.02.03.04</p>",
        "<script>var day = '07.09.2025'</script>",
        "<p>Room 1204 has 22 seats</p>",
    ],
)
def test_dates_of_something_else(other: str) -> None:
    assert texts(f"<h1>Boats</h1>{other}{TEXT}") == []


def test_the_day_of_the_page_is_not_the_article_s() -> None:
    body = f"<article><h1>Boats</h1>{TEXT}</article>"
    assert texts(f'<div class="today">Tuesday, 9 May 2025</div><main>{body}</main>') == []


def test_without_a_headline_the_text_is_the_place() -> None:
    assert texts(f"<p>07.09.2025</p>{TEXT}") == ["07.09.2025"]


def test_a_page_with_very_many_dates_has_none_of_its_own() -> None:
    rows = "".join(f"<p>Row {number}: 7 May 2025</p>" for number in range(150))
    tree = html.document_fromstring(f"<body><h1>Boats</h1>{LONG}{rows}</body>")
    near, anywhere = shown_dates(tree, next(tree.iter("h1")))
    assert (near, anywhere) == ([], [])
