"""Sitemaps that are to be polled."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from pipeline.discover.sitemaps import NotASitemap, parse_sitemap
from tests.hostile.case import Case

ENTRY = "<url><loc>https://a.example/{}</loc></url>"
NONE = "no sitemap"


def urlset(entries: str, before: str = "") -> bytes:
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0"?>{before}<urlset xmlns="{namespace}">{entries}</urlset>'.encode()


def one(address: str, more: str = "") -> Callable[[], bytes]:
    return lambda: urlset(f"<url><loc>{address}</loc>{more}</url>")


RECIPES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", NONE),
    "a web page": (lambda: b"<html><body></body></html>", NONE),
    "brackets": (lambda: b"<" * 500_000, NONE),
    "an entity bomb": (
        lambda: urlset(ENTRY.format("&a;"), f'<!DOCTYPE x [<!ENTITY a "{"a" * 20_000}">]>'),
        NONE,
    ),
    "an external entity": (
        lambda: urlset(
            ENTRY.format("&a;"), '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        ),
        NONE,
    ),
    "60,000 entries": (lambda: urlset("".join(map(ENTRY.format, range(60_000)))), "many"),
    "200,000 elements deep": (lambda: urlset(ENTRY.format(1) + "<url>" * 200_000), "1"),
    "100,000 attributes": (
        lambda: urlset(
            "<url " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>" + ENTRY.format(1)
        ),
        "1",
    ),
    "an address of 1 MB": (one("https://a.example/" + "a" * 1_000_000), "0"),
    "an address inside": (one("http://127.0.0.1/x"), "0"),
    "another site": (one("https://b.example/x"), "0"),
    "a script": (one("javascript:alert(1)"), "0"),
    "a date in year 0": (one("https://a.example/1", "<lastmod>0000-00-00</lastmod>"), "1"),
    "a date in year 9999": (
        one("https://a.example/1", "<lastmod>9999-12-31T23:59:59-23:59</lastmod>"),
        "1",
    ),
    "a date of spaces": (
        one("https://a.example/1", f"<lastmod>1:00{' ' * 100_000}x</lastmod>"),
        "1",
    ),
    "half an address at the end": (
        lambda: urlset(ENTRY.format(1) + "<url><loc>https://a.example/abc")[:-13],
        "1",
    ),
    "lines, one of 1 MB": (
        lambda: b"https://a.example/1\nhttps://a.example/" + b"a" * 1_000_000,
        "1",
    ),
    "lines with NULs": (lambda: b"https://a.example/1\n\0\0\0\n", "1"),
    "lines without an end": (lambda: b"https://a.example/1 " * 100_000, "0"),
    "an index that names itself": (
        lambda: (
            b"<sitemapindex><sitemap><loc>https://a.example/sitemap.xml</loc></sitemap></sitemapindex>"
        ),
        "0",
    ),
    "comments that never end": (lambda: urlset(ENTRY.format(1) + "<!--" * 200_000), "1"),
    "references": (one("https://a.example/1?" + "&amp;a" * 20_000), "0"),
}


def got(recipe: Callable[[], bytes]) -> str:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    try:
        found = parse_sitemap(recipe(), url="https://a.example/sitemap.xml", source="a", now=now)
    except NotASitemap:
        return NONE
    links = len(found.links) + len(found.undated)
    return str(links) if links < 100 else "many"


CASES = tuple(
    Case("sitemaps", name, partial(got, recipe), expected)
    for name, (recipe, expected) in RECIPES.items()
)
