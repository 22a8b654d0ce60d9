"""When an article was published."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from lxml import html

from pipeline.extract.metadata.dates import (
    credible,
    date_in,
    modified_at,
    published_evidence,
    read_date,
)
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.records import FoundBy, Link
from pipeline.urls import Url

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = Url("https://a.example/news")
NOTHING = StructuredData()
EMPTY = html.fromstring("<body><p>Text</p></body>")


def evidence(
    tree: html.HtmlElement = EMPTY,
    data: StructuredData = NOTHING,
    url: str = URL,
    published: datetime | None = None,
) -> list[tuple[str, str]]:
    link = Link(url=URL, source="a", found_by=FoundBy.FEED, published=published)
    found = published_evidence(tree, data, link, final_url=Url(url), fetched_at=NOW)
    return [(each.provenance, f"{each.value:%Y-%m-%d %H:%M}") for each in found]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-11-24", datetime(2026, 11, 24, tzinfo=UTC)),
        ("20261124", datetime(2026, 11, 24, tzinfo=UTC)),
        ("2026-11-24T10:00:00Z", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        (
            "2026-11-24T10:00:00+02:00",
            datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=2))),
        ),
        ("Tue, 24 Nov 2026 10:00:00 GMT", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("2026-11-24 10:30:00 EST", datetime(2026, 11, 24, 15, 30, tzinfo=UTC)),
        ("24.11.2026 10:30", datetime(2026, 11, 24, 10, 30, tzinfo=UTC)),
        ("Tuesday, 24 November 2026", datetime(2026, 11, 24, tzinfo=UTC)),
        ("1795514400", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("1795514400000", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("11/24/2026", None),  # day and month are never guessed
        ("yesterday", None),
        ("", None),
        ("2026-13-24", None),
    ],
)
def test_dates_of_machines(text: str, date: datetime | None) -> None:
    assert read_date(text) == date


def test_a_short_text_may_have_a_date_as_people_write_it() -> None:
    assert date_in("2026-11-24T10:00:00Z", URL, NOW) == datetime(2026, 11, 24, 10, tzinfo=UTC)
    found = date_in("Published on November 3, 2026", URL, NOW)
    assert found == datetime(2026, 11, 3, tzinfo=UTC)
    assert date_in("no date", URL, NOW) is None


def test_a_date_is_credible_between_the_first_pages_and_the_day_after_tomorrow() -> None:
    assert credible(NOW + timedelta(days=2), NOW)
    assert not credible(NOW + timedelta(days=3), NOW)
    assert not credible(datetime(1970, 1, 1, tzinfo=UTC), NOW)


def test_sources_are_in_order_of_trust() -> None:
    tree = html.fromstring('<body><time pubdate datetime="2026-11-21">x</time></body>')
    data = StructuredData(
        article={"datePublished": "2026-11-23T10:00:00Z", "dateCreated": "1970-01-01"},
        meta={"article:published_time": ("2026-11-22", "2026-11-22")},
    )
    url = "https://a.example/2026/11/20/x"
    assert evidence(tree, data, url, NOW) == [
        ("json-ld", "2026-11-23 10:00"),
        ("meta", "2026-11-22 00:00"),
        ("time", "2026-11-21 00:00"),
        ("url", "2026-11-20 00:00"),
        ("feed", "2026-11-24 12:00"),
    ]


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2026/11/20/x", "20"),
        ("/2026/nov/19/x", "19"),
        ("/x-20261118.html", "18"),
        ("/x?date=20261117", None),
        ("/2026/13/20/x", None),
    ],
)
def test_the_date_in_an_address_is_in_its_path(path: str, day: str | None) -> None:
    found = [value for name, value in evidence(url=f"https://a.example{path}") if name == "url"]
    assert found == ([f"2026-11-{day} 00:00"] if day else [])


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<p itemprop="datePublished" content="2026-11-20">x</p>', ["2026-11-20 00:00"]),
        ('<time datetime="2026-11-20">x</time>', ["2026-11-20 00:00"]),
        ('<time datetime="2026-11-20">x</time><time datetime="2026-11-19">y</time>', []),
        (
            (
                '<time datetime="2026-11-20">x</time><article><time datetime="2026-11-19">y</time>'
                "</article>"
            ),
            ["2026-11-19 00:00"],
        ),
        (
            (
                '<article><time datetime="2026-11-20">x</time></article>'
                '<time class="entry-date" datetime="2026-11-19">y</time>'
            ),
            ["2026-11-19 00:00"],
        ),
    ],
)
def test_times_of_teasers_beside_the_article_do_not_count(body: str, found: list[str]) -> None:
    tree = html.fromstring(f"<body>{body}</body>")
    assert [value for name, value in evidence(tree) if name == "time"] == found


def test_the_text_is_read_where_nothing_else_has_a_date() -> None:
    tree = html.document_fromstring('<p class="date">November 3, 2026</p>')
    assert evidence(tree) == [("text", "2026-11-03 00:00")]


def test_the_last_change_is_the_first_credible_one() -> None:
    data = StructuredData(
        article={"dateModified": "2030-01-01"}, meta={"lastmod": ("2026-11-24T11:00:00Z",)}
    )
    assert modified_at(data, NOW) == datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert modified_at(StructuredData(), NOW) is None
