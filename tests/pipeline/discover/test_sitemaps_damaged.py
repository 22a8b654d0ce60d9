"""Sitemaps with faults and hostile ones: what is whole is kept, the rest costs little."""

import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.discover.sitemaps import MAX_BYTES, MAX_URLS, NotASitemap, Sitemap
from tests.support.sitemap_documents import (
    CORE,
    index,
    news,
    page,
    read,
    urlset,
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_declared_charsets(encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{encoding}"?>' + urlset(
        page("https://www.example.org/café")
    )
    assert [link.url for link in read(document.encode(encoding)).links] == [
        "https://www.example.org/caf%C3%A9"
    ]


def test_white_space_before_the_declaration_is_forgiven() -> None:
    assert len(read(f'\n\n<?xml version="1.0"?>{urlset(page())}').links) == 1


def test_a_document_that_breaks_off_keeps_its_whole_entries() -> None:
    whole = urlset(page("https://www.example.org/1"), page("https://www.example.org/2"))
    found = read(whole[: whole.index("org/2") + 4])
    assert [link.url for link in found.links] == ["https://www.example.org/1"]
    assert len(found.refused) == 1


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b" \n ",
        b"<!doctype html><html><head><title>News</title></head><body><p>Words</p></body></html>",
        b"<opml version='2.0'><body><outline text='x'/></body></opml>",
        b"plain words",
        b"{}",
        b"%PDF-1.4",
        b"\x1f\x8b\x08\x00",
        b"\x00\x00\x00",
        b"<",
        b"<!---->",
    ],
)
def test_what_is_no_sitemap_says_so(document: bytes) -> None:
    with pytest.raises(NotASitemap):
        read(document)


def test_an_empty_sitemap_is_a_sitemap() -> None:
    assert read(urlset()) == Sitemap()
    assert read(index()) == Sitemap()


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;">',
        '<!ENTITY b SYSTEM "file:///etc/passwd">',
    ],
)
def test_entities_are_refused(declared: str) -> None:
    with pytest.raises(NotASitemap, match="entities"):
        read(f"<!DOCTYPE urlset [{declared}]>{urlset(page('https://www.example.org/&b;'))}")


def test_entities_in_utf_16_are_refused_as_well() -> None:
    document = f'<!DOCTYPE urlset [<!ENTITY a "&b;">]>{urlset(page("https://www.example.org/&a;"))}'
    with pytest.raises(NotASitemap, match="entities"):
        read(document.encode("utf-16"))


def test_a_prefix_that_nobody_declared_is_read_like_the_usual_one() -> None:
    entry = page(lastmod="", more=news("Ferry"))
    (link,) = read(f'<urlset xmlns="{CORE}">{entry}</urlset>').links
    assert (link.url, link.title) == ("https://www.example.org/1", "Ferry")
    assert link.published == datetime(2026, 1, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "before",
    [
        "\ufeff\n",
        "\n\n",
        "<br />\n<b>Warning</b>:  Undefined variable in <b>/a.php</b><br />\n",
        "Notice: x\n",
        "<!-- c -->",
    ],
    ids=["mark", "lines", "warning", "notice", "comment"],
)
def test_what_stands_before_the_prolog_is_passed_over(before: str) -> None:
    document = f'{before}<?xml version="1.0" encoding="UTF-8"?>\n{urlset(page())}'
    assert [link.url for link in read(document).links] == ["https://www.example.org/1"]


def test_one_absurd_date_costs_its_entry_the_date_only() -> None:
    absurd = page("https://www.example.org/2", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT")
    found = read(urlset(page(), absurd))
    assert [link.url for link in found.links] == ["https://www.example.org/1"]
    assert [link.url for link in found.undated] == ["https://www.example.org/2"]


def test_names_of_html_s_characters_are_read() -> None:
    (link,) = read(
        urlset(page(lastmod="", more=news("Caf&eacute;&nbsp;&amp; bar &mdash; &foo;")))
    ).links
    assert link.title == "Café & bar — &foo;"


def test_more_entries_than_a_sitemap_may_have_are_cut_and_counted() -> None:
    found = read("https://www.example.org/x\n" * MAX_URLS + "https://www.example.org/late\n" * 7)
    assert found.cut == 7
    assert [link.url for link in found.undated] == ["https://www.example.org/x"]


def test_a_document_of_too_many_bytes_is_refused() -> None:
    with pytest.raises(NotASitemap, match="larger"):
        read(urlset(page()) + "<!--" + "x" * MAX_BYTES + "-->")


_MEASURE = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.discover.sitemaps import parse_sitemap
def read(content):
    now = datetime(2026, 1, 2, 12, tzinfo=UTC)
    return parse_sitemap(content, url="https://www.example.org/s", source="x", now=now, since=now)
content = Path(sys.argv[1]).read_bytes()
read(content[:2000])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = read(content)
print(len(found.links), found.older, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_fifty_thousand_old_entries_cost_little_memory(tmp_path: Path) -> None:
    old = [
        page(f"https://www.example.org/archive/{n:05}", "2020-05-05", news(date="2020-05-05"))
        for n in range(49_900)
    ]
    document = urlset(
        *old, *(page(f"https://www.example.org/{n}", "2026-01-02") for n in range(100))
    ).encode()
    file = tmp_path / "sitemap.xml"
    file.write_bytes(document)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, file],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    new, older, grown = map(int, done.stdout.split())
    assert (new, older) == (100, 49_900)
    assert grown * 1024 < 3 * len(document)  # a tree of it all would take eight times its size


@pytest.mark.parametrize(
    "document",
    [
        "<urlset>" + "<url>" * 100_000,
        "<urlset>" + "<![CDATA[" * 200_000,
        "<urlset>" + "&" * 2_000_000,
        "<urlset " + " ".join(f"a{n}='1'" for n in range(100_000)) + "></urlset>",
        "<urlset><url><loc>" + "https://www.example.org/" * 200_000 + "</loc></url></urlset>",
        "<!--" * 500_000,
        "https://www.example.org/ " * 100_000,
    ],
    ids=["depth", "cdata", "ampersands", "attributes", "address", "comments", "line"],
)
def test_a_hostile_document_costs_little(document: str) -> None:
    started = time.monotonic()
    with suppress(NotASitemap):
        read(document)
    assert time.monotonic() - started < 5
