"""Feeds with faults and hostile ones: what is whole is kept, the rest costs little."""

import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from benchmarks.crawl_feeds import make_atom, make_rss
from pipeline.discover.feeds import NotAFeed, parse_feed
from tests.support.feed_documents import (
    ATOM_03,
    BASE,
    FEED_URL,
    NOW,
    RDF,
    RDF_090,
    RSS,
    RSS_091,
    item,
    jsonfeed,
    read,
    rss,
)


def test_the_charset_of_the_header_counts() -> None:
    content = rss(item(more="<title>Новости</title>")).encode("cp1251")
    header = "application/rss+xml; charset=windows-1251"
    feed = parse_feed(content, url=FEED_URL, source="harbour", now=NOW, content_type=header)
    assert [link.title for link in feed.links] == ["Новости"]


def test_each_item_of_a_json_feed_is_judged_alone() -> None:
    feed = read(
        "\ufeff"
        + jsonfeed(
            None, 7, "x", {"url": 5, "title": {}}, {"external_url": "https://a.example/1"}, {"id": "https://example.org/2"},
            {"id": 3}, {"url": "/4", "date_published": 5, "date_modified": "2026-01-02T10:00:00Z"},
        )
    )  # fmt: skip
    assert [link.url for link in feed.links] == [
        "https://a.example/1",
        "https://example.org/2",
        "https://example.org/4",
    ]
    assert feed.links[-1].modified == datetime(2026, 1, 2, 10, tzinfo=UTC)
    assert len(feed.refused) == 5


@pytest.mark.parametrize("items", ["null", "[]", "{}", '"x"', "5"])
def test_a_json_feed_without_items_is_an_empty_feed(items: str) -> None:
    feed = read(
        f'{{"version": "https://jsonfeed.org/version/1", "title": "Harbour News", '
        f'"items": {items}}}'
    )
    assert (feed.title, feed.links, feed.refused) == ("Harbour News", (), ())


def test_a_json_feed_that_breaks_off_keeps_its_whole_items() -> None:
    whole = jsonfeed({"url": "https://example.org/1"}, {"url": "https://example.org/2"})
    assert [link.url for link in read(whole[: whole.index("org/2") + 5]).links] == [
        "https://example.org/1"
    ]


@pytest.mark.parametrize(
    "before",
    [
        "\ufeff\n",
        "\n\n",
        "<br />\n<b>Warning</b>: x in <b>/a.php</b>\n",
        "Notice: x\n",
        "<!-- c -->",
    ],
)
def test_what_stands_before_the_prolog_is_passed_over(before: str) -> None:
    assert read(f'{before}<?xml version="1.0"?>\n{RSS}').links == read(RSS).links


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "utf-8"), ("windows-1251", "cp1251"), ("utf-16", "utf-16"), ("koi8-r", "koi8-r")],
)
def test_declared_charsets(declared: str, encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{declared}"?>' + rss(
        item(more="<title>Новости</title>")
    )
    assert [link.title for link in read(document.encode(encoding)).links] == ["Новости"]


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("utf-8", "latin-1"), ("iso-8859-1", "utf-8"), ("utf-16", "utf-8"), ("x-nonsense", "utf-8")],
)
def test_a_lie_about_the_charset_costs_letters_not_links(declared: str, actual: str) -> None:
    document = f'<?xml version="1.0" encoding="{declared}"?>' + rss(
        item(more="<title>Café ferry</title>")
    )
    (link,) = read(document.encode(actual)).links
    assert link.url == "https://example.org/1"
    assert link.title is not None
    assert link.title.startswith("Caf")
    assert link.title.endswith("ferry")


def test_malformed_xml_is_recovered() -> None:
    broken = rss(
        item("https://example.org/1?a=1", "<title>Fish & chips</title>")
        + "<item><link>https://e.org/2</link>"
    )
    assert [link.url for link in read(broken.removesuffix("</channel></rss>")).links] == [
        "https://example.org/1?a=1",
        "https://e.org/2",
    ]


def test_an_empty_feed_is_a_feed() -> None:
    assert read(rss("")).links == ()


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b" \n ",
        b"<!doctype html><html><head><title>News</title></head><body><p>Words</p></body></html>",
        b"plain words",
        b"http://127.0.0.1:1/not-fetched",
        b"{}",
        b"[1, 2]",
        b"%PDF-1.4",
        b"\x1f\x8b\x08\x00",
        b"\x00\x00\x00",
    ],
)
def test_what_is_no_feed_says_so(document: bytes) -> None:
    with pytest.raises(NotAFeed):
        read(document)


def _bomb(before: str = "", encoding: str = "utf-8") -> bytes:
    entities = "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 30 if n else "ha" * 30}">' for n in range(9)
    )
    document = f'<?xml version="1.0" encoding="{encoding}"?>{before}<!DOCTYPE rss [{entities}]>'
    return (document + rss(item(more="<title>&a8;</title>"))).encode(encoding)


@pytest.mark.parametrize("before", ["", "<!-- " + "x" * 100_000 + " -->", "\n" * 100_000])
def test_an_entity_bomb_is_refused_fast_wherever_it_is_declared(before: str) -> None:
    started = time.monotonic()
    with pytest.raises(NotAFeed, match="entities"):
        read(_bomb(before))
    assert time.monotonic() - started < 0.5


def test_an_entity_bomb_in_another_charset_is_refused_as_well() -> None:
    with pytest.raises(NotAFeed, match="entities"):
        read(_bomb(encoding="utf-16"))


def test_an_external_entity_is_not_read() -> None:
    document = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(
        item(more="<title>&x;</title>")
    )
    with pytest.raises(NotAFeed, match="entities"):
        read(document)


@pytest.mark.parametrize(
    "title",
    [
        "&lt;" * 1_000_000,
        "&lt;a " * 1_000_000,
        "&amp;" * 1_000_000,
        "<b>" * 100_000,
        "x " * 5_000_000,
    ],
)
def test_a_huge_title_costs_little(title: str) -> None:
    started = time.process_time()
    feed = read(rss(item(more=f"<title>{title}</title>")))
    assert len(feed.links) <= 1
    assert time.process_time() - started < 6


_MEASURE = """
import resource, sys
from contextlib import suppress
from datetime import UTC, datetime
from pipeline.discover.feeds import parse_feed
def read(content):
    return parse_feed(content, url="https://example.org/f", source="x", now=datetime(2026, 1, 2,
tzinfo=UTC))
unit, before, after = (part.encode() for part in sys.argv[1:])
content = before + unit * (9_800_000 // len(unit)) + after
read(before + unit + after)
start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = read(content)
print(len(found.links) + len(found.refused) + found.cut,
resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start)
"""


@pytest.mark.parametrize(
    ("unit", "before", "after", "entries"),
    [
        ("<item/>", "<rss><channel>", "</channel></rss>", 1_400_000),
        ("<x/>", "<rss><channel><item>", "</item></channel></rss>", 1),
        (
            '{"id":1},',
            '{"version":"https://jsonfeed.org/version/1","items":[',
            '{"id":1}]}',
            1_088_889,
        ),
    ],
    ids=["items", "children", "json"],
)
def test_a_feed_of_a_million_entries_costs_little_memory(
    unit: str, before: str, after: str, entries: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, unit, before, after],
        capture_output=True, text=True, check=True, timeout=120, cwd=Path(__file__).parents[4],
    )  # fmt: skip
    counted, grown = map(int, done.stdout.split())
    assert counted == entries
    assert grown < 80_000  # KB; a tree of it all would take a thousand MB


BASED = f"""<feed xmlns="http://www.w3.org/2005/Atom" {BASE}><entry><title>A &amp; B</title>
<link href="a?b=1&amp;c=2"/></entry></feed>"""
MADE = {
    "rss": make_rss(50), "atom": make_atom(50), "rdf": RDF.encode(), "rss 0.90": RDF_090.encode(),
    "atom 0.3": ATOM_03.encode(), "rss 0.91": RSS_091.encode(), "base": BASED.encode(),
}  # fmt: skip


@pytest.mark.parametrize("kind", [*MADE])
def test_feedparser_reads_the_same(kind: str) -> None:
    theirs = feedparser.parse(MADE[kind], response_headers={"content-location": FEED_URL})
    ours = read(MADE[kind])
    assert [(link.url, link.title) for link in ours.links] == [
        (entry.link, entry.title) for entry in theirs.entries
    ]
    assert ours.title == theirs.feed.get("title")


@pytest.mark.parametrize(
    "piece", [b"\xef\xbb\xbf", b"<!--", b"&", b"<?", b"<![CDATA[", b"<a:b ", b"<br ", b"<br a='"]
)
def test_what_begins_again_and_again_and_never_ends_takes_time_by_its_length(piece: bytes) -> None:
    """By its square, each of these would take minutes."""
    before = time.process_time()
    for start in (b"", b"<rss><channel>"):
        with suppress(NotAFeed):
            read(start + piece * 1_000_000)
    assert time.process_time() - before < 30
