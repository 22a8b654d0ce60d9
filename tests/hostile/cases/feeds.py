"""Feeds that are to be polled."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from pipeline.discover.feeds.parse import NotAFeed, parse_feed
from tests.hostile.case import Case

URL = "https://a.example/feed"
ITEM = "<item><title>x</title><link>https://a.example/news/{}</link></item>"
NO_FEED = "no feed"


def rss(items: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<rss version="2.0"><channel>{items}</channel></rss>'.encode()
    )


def link(address: str) -> Callable[[], bytes]:
    return lambda: rss(f"<item><title>x</title><link>{address}</link></item>")


def title(text: str) -> Callable[[], bytes]:
    return lambda: rss(f"<item><title>{text}</title><link>https://a.example/1</link></item>")


def date(text: str) -> Callable[[], bytes]:
    return lambda: rss(
        f"<item><title>x</title><link>https://a.example/1</link><pubDate>{text}</pubDate></item>"
    )


def doctype(declarations: str) -> Callable[[], bytes]:
    return lambda: rss(ITEM.format("&a;"), f"<!DOCTYPE rss [{declarations}]>")


RECIPES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", NO_FEED),
    "a web page": (lambda: b"<html><body><p>x</p></body></html>", NO_FEED),
    "brackets": (lambda: b"<" * 1_000_000, NO_FEED),
    "an entity bomb": (doctype(f'<!ENTITY a "{"a" * 20_000}">'), NO_FEED),
    "entities within entities": (doctype('<!ENTITY b "b"><!ENTITY a "&b;&b;&b;">'), NO_FEED),
    "a short entity": (doctype('<!ENTITY a "1">'), "1 links"),
    "an external entity": (doctype('<!ENTITY a SYSTEM "file:///etc/passwd">'), NO_FEED),
    "a parameter entity": (doctype('<!ENTITY % a SYSTEM "http://127.0.0.1/"> %a;'), "1 links"),
    "an external DTD": (
        lambda: rss(ITEM.format(1), '<!DOCTYPE rss SYSTEM "http://127.0.0.1/x">'),
        "1 links",
    ),
    "200,000 elements deep": (lambda: rss(ITEM.format(1) + "<a>" * 200_000), "1 links"),
    "1,000,000 items": (lambda: rss("<item/>" * 1_000_000), "0 links"),
    "20,000 items": (lambda: rss("".join(map(ITEM.format, range(20_000)))), "many links"),
    "100,000 attributes": (
        lambda: rss(
            ITEM.format(1) + "<item " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"
        ),
        "1 links",
    ),
    "100,000 equal attributes": (
        lambda: rss(ITEM.format(1) + "<item " + 'a="1" ' * 100_000 + "/>"),
        "1 links",
    ),
    "10,000 prefixes": (
        lambda: rss(ITEM.format(1) + "".join(f"<p{n}:a/>" for n in range(10_000))),
        "1 links",
    ),
    "comments that never end": (lambda: rss(ITEM.format(1) + "<!--" * 200_000), "1 links"),
    "a CDATA that never ends": (lambda: rss(ITEM.format(1) + "<![CDATA[" * 100_000), "1 links"),
    "comments before the root": (lambda: b"<!--x-->" * 100_000 + rss(ITEM.format(1)), "1 links"),
    "200,000 references": (title("&nbsp;" * 200_000), "1 links"),
    "200,000 wrong references": (title("&x" * 200_000), "1 links"),
    "a title of 5 MB": (title("a" * 5_000_000), "1 links"),
    "a title of brackets": (title("&lt;" * 200_000), "1 links"),
    "a title of dots": (title("." * 200_000 + "a"), "1 links"),
    "a title of spaces": (title("a" + " " * 500_000 + "b"), "1 links"),
    "a script in the title": (title("&lt;script&gt;alert(1)&lt;/script&gt;"), "1 links"),
    "a link of 1 MB": (link("https://a.example/" + "a" * 1_000_000), "0 links"),
    "a link that ends with 44 quotes": (
        link("https://a.example/1?id=2" + "&amp;quot;" * 44),
        "1 links",
    ),
    "a link that ends with brackets": (link("https://a.example/1" + ")" * 2_000), "1 links"),
    "a link of slashes": (link("https://a.example" + "/" * 2_000 + "1"), "1 links"),
    "a script as a link": (link("javascript:alert(1)"), "0 links"),
    "a file as a link": (link("file:///etc/passwd"), "0 links"),
    "a link with a password": (link("https://user:pass@a.example/1"), "0 links"),
    "a link with a backslash": (link("https://a.example\\@b.example/1"), "0 links"),
    "a date in year 0": (date("0000-01-01"), "1 links"),
    "a date in year 9999": (date("9999-12-31T23:59:59-23:59"), "1 links"),
    "a date of spaces": (date("1:00" + " " * 100_000 + "x"), "1 links"),
    "a date of dots": (date("." * 100_000), "1 links"),
    "a date of digits": (date("9" * 100_000), "1 links"),
    "the same link 20,000 times": (lambda: rss(ITEM.format(1) * 20_000), "1 links"),
    "UTF-16 without a mark": (lambda: rss(ITEM.format(1)).decode().encode("utf-16-le"), "1 links"),
    "UTF-7": (
        lambda: b'<?xml version="1.0" encoding="utf-7"?>' + rss(ITEM.format(1))[21:],
        "1 links",
    ),
    "a charset that nobody knows": (
        lambda: b'<?xml version="1.0" encoding="x-no"?>' + rss(ITEM.format(1))[21:],
        "1 links",
    ),
    "NULs": (lambda: rss(ITEM.format(1)).replace(b"<item>", b"\0<item>\0"), "1 links"),
    "bytes that are no UTF-8": (lambda: title("x")().replace(b">x<", b">\xff\xfe\xfd<"), "1 links"),
    "JSON: brackets": (
        lambda: b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 100_000,
        NO_FEED,
    ),
    "JSON: a number of 10,000 digits": (
        lambda: (
            b'{"version":"https://jsonfeed.org/version/1","items":[{"url":"https://a.example/1","n":'
            + b"9" * 10_000
            + b"}]}"
        ),
        NO_FEED,
    ),
    "JSON: items that are none": (
        lambda: b'{"version":"https://jsonfeed.org/version/1","items":[1,null,"x",[],{}]}',
        "0 links",
    ),
}


def got(recipe: Callable[[], bytes]) -> str:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    try:
        feed = parse_feed(recipe(), url=URL, source="a", now=now)
    except NotAFeed:
        return NO_FEED
    return f"{len(feed.links)} links" if len(feed.links) < 100 else "many links"


CASES = tuple(
    Case("feeds", name, partial(got, recipe), expected)
    for name, (recipe, expected) in RECIPES.items()
)
