"""When an article was published."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from pipeline.extract.metadata.dates import credible, modified_at, published_evidence
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.records import FoundBy, Link
from pipeline.urls import Url

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = Url("https://a.example/news")
NOTHING = StructuredData()
EMPTY = html.fromstring("<body><p>Text</p></body>")
DATED = html.document_fromstring("<h1>Ferries sail again</h1><p>November 3, 2026</p>")


def evidence(
    tree: html.HtmlElement = EMPTY,
    data: StructuredData = NOTHING,
    url: str = URL,
    published: datetime | None = None,
) -> list[tuple[str, str]]:
    link = Link(url=URL, source="a", found_by=FoundBy.FEED, published=published)
    found = published_evidence(tree, data, link, final_url=Url(url), fetched_at=NOW)
    return [(each.provenance, f"{each.value:%Y-%m-%d %H:%M}") for each in found]


def test_a_date_is_credible_between_the_first_pages_and_the_day_after_tomorrow() -> None:
    assert credible(NOW + timedelta(days=2), NOW)
    assert not credible(NOW + timedelta(days=3), NOW)
    assert not credible(datetime(1970, 1, 1, tzinfo=UTC), NOW)


def test_sources_are_in_order_of_trust() -> None:
    data = StructuredData(
        article={"datePublished": "2026-11-23T10:00:00Z", "dateCreated": "1970-01-01"},
        meta={
            "date": ("2026-11-18",),
            "article:published_time": ("2026-11-22", "2026-11-22"),
            "og:updated_time": ("2026-11-23",),
        },
    )
    url = "https://a.example/2026/11/20/x"
    assert evidence(DATED, data, url, NOW) == [
        ("json-ld", "2026-11-23 10:00"),
        ("meta", "2026-11-22 00:00"),
        ("url", "2026-11-20 00:00"),
        ("feed", "2026-11-24 12:00"),
        ("meta", "2026-11-18 00:00"),
    ]
    vague = StructuredData(meta={"dc.date": ("2026-11-18",), "dcterms.modified": ("2026-11-23",)})
    assert evidence(DATED, vague) == [("text", "2026-11-03 00:00"), ("meta", "2026-11-18 00:00")]
    assert evidence(EMPTY, vague) == [("meta", "2026-11-18 00:00")]
    assert evidence(DATED) == [("text", "2026-11-03 00:00")]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("parsely-pub-date", True),
        ("datePublished", True),
        ("dcterms.issued", True),
        ("cXenseParse:publishtime", True),
        ("article:modified_time", False),
        ("publisher", False),
        ("article.firstPublished", True),
    ],
)
def test_meta_names_that_tell_the_date(name: str, *, counts: bool) -> None:
    data = StructuredData(meta={name.lower(): ("2026-11-22",)})
    assert evidence(EMPTY, data) == ([("meta", "2026-11-22 00:00")] if counts else [])


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2026/11/20/x", "20"),
        ("/2026/nov/9/x", "09"),
        ("/2026-11-17-ferries", "17"),
        ("/ferries-2026-11-16.html", "16"),
        ("/20261115/ferries", "15"),
        ("/news/23-11-2026", "23"),
        ("/news/05-11-2026", None),
        ("/x-20261118.html", None),
        ("/item20261118", None),
        ("/x?date=20261117", None),
        ("/2026/13/20/x", None),
    ],
)
def test_the_date_in_an_address_is_a_part_of_its_path(path: str, day: str | None) -> None:
    found = [value for name, value in evidence(url=f"https://a.example{path}") if name == "url"]
    assert found == ([f"2026-11-{day} 00:00"] if day else [])


@pytest.mark.parametrize(
    ("language", "value", "found"),
    [
        ("en-US", "05/06/2026 08:15 AM", ["2026-05-06 08:15"]),
        ("en-GB", "05/06/2026 08:15", ["2026-06-05 08:15"]),
        ("en", "05/06/2026", []),
        ("th", "2569-05-06T08:15:00+07:00", ["2026-05-06 08:15"]),
        ("fa", "1404-10-20T09:00:00+03:30", ["2026-01-10 09:00"]),
        ("ar", "الثلاثاء، 06 أكتوبر 2026 - 08:15 ص", ["2026-10-06 08:15"]),
    ],
)
def test_the_page_s_language_tells_how_dates_are_read(
    language: str, value: str, found: list[str]
) -> None:
    data = StructuredData(language=language, meta={"pubdate": (value,)})
    assert [date for _, date in evidence(EMPTY, data)] == found


def test_another_date_tells_the_zone_of_the_publisher() -> None:
    def first(published: str, other: str) -> datetime | None:
        data = StructuredData(article={"datePublished": published}, meta={"pubdate": (other,)})
        link = Link(url=URL, source="a", found_by=FoundBy.FEED)
        return published_evidence(EMPTY, data, link, final_url=URL, fetched_at=NOW)[0].value

    utc = "2026-11-21T23:30:05Z"
    assert str(first(utc, "2026-11-22T01:30:05+02:00")) == "2026-11-22 01:30:05+02:00"
    assert str(first(utc, "2026-11-21 18:30:05")) == "2026-11-21 23:30:05+00:00"
    assert str(first(utc, "2026-11-22")) == "2026-11-21 23:30:05+00:00"


def test_the_only_date_of_a_page_counts_wherever_it_stands() -> None:
    far = f"<h1>Ferries sail again</h1><p>{'Long text. ' * 200}</p>"
    once = html.document_fromstring(f"{far}<p>Created: 3.11.2026</p>")
    twice = html.document_fromstring(f"{far}<p>Created: 3.11.2026</p><p>12.10.2026</p>")
    assert evidence(once) == [("text", "2026-11-03 00:00")]
    assert evidence(twice) == []


def test_the_last_change_is_the_first_credible_one() -> None:
    data = StructuredData(
        article={"dateModified": "2030-01-01"}, meta={"lastmod": ("2026-11-24T11:00:00Z",)}
    )
    assert modified_at(data, NOW) == datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert modified_at(StructuredData(), NOW) is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2026-11-03", "2026-11-03T16:45:00+01:00", "2026-11-03 16:45 +0100"),
        ("2026-11-03 16:45:00", "2026-11-03T16:45:00+01:00", "2026-11-03 16:45 +0100"),
        ("2026-11-03", "2026-11-04T16:45:00+01:00", "2026-11-03 00:00 +0000"),
    ],
)
def test_a_date_gives_way_to_the_same_one_with_its_time(
    first: str, second: str, expected: str
) -> None:
    data = StructuredData(meta={"publishdate": (first,), "article:published_time": (second,)})
    link = Link(url=URL, source="a", found_by=FoundBy.FEED)
    found = published_evidence(EMPTY, data, link, final_url=URL, fetched_at=NOW)
    assert f"{found[0].value:%Y-%m-%d %H:%M %z}" == expected
