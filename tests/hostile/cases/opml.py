"""Subscription lists of other readers."""

from collections.abc import Callable
from functools import partial

from config.opml import NotOpml, read_opml
from tests.hostile.case import Case

FEED = '<outline text="{0}" xmlUrl="https://h{0}.example/feed"/>'
NONE = "refused"


def opml(body: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<opml version="2.0"><body>{body}</body></opml>'.encode()


RECIPES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", NONE),
    "a feed": (lambda: b"<rss><channel/></rss>", NONE),
    "brackets": (lambda: b"<" * 500_000, NONE),
    "25 MB": (lambda: opml(" " * 25_000_000), NONE),
    "17 MB of subscriptions": (lambda: opml("".join(map(FEED.format, range(290_000)))), NONE),
    "an entity bomb": (
        lambda: opml(FEED.format("&a;"), f'<!DOCTYPE x [<!ENTITY a "{"a" * 20_000}">]>'),
        NONE,
    ),
    "an external entity": (
        lambda: opml(FEED.format("&a;"), '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        NONE,
    ),
    "100,000 outlines deep": (
        lambda: opml(FEED.format(1) + "<outline text='x'>" * 100_000),
        "1 sources",
    ),
    "100,000 attributes": (
        lambda: opml(
            FEED.format(1) + "<outline " + " ".join(f"a{n}='1'" for n in range(100_000)) + "/>"
        ),
        "1 sources",
    ),
    "a name of 5 MB": (lambda: opml(FEED.format(1) + FEED.format("a" * 5_000_000)), "1 sources"),
    "5,000,000 categories": (
        lambda: opml(
            FEED.format(1)
            + f'<outline text="x" category="{"a," * 5_000_000}" xmlUrl="https://a.example/"/>'
        ),
        "1 sources",
    ),
    "scripts": (lambda: opml('<outline text="x" xmlUrl="javascript:alert(1)"/>'), "0 sources"),
    "files": (lambda: opml('<outline text="x" xmlUrl="file:///etc/passwd"/>'), "0 sources"),
    "a password": (
        lambda: opml('<outline text="x" xmlUrl="https://user:pass@a.example/"/>'),
        "0 sources",
    ),
    "2,000 feeds of one host": (
        lambda: opml(
            "".join(f'<outline text="x" xmlUrl="https://a.example/{n}"/>' for n in range(2_000))
        ),
        "2000 sources",
    ),
    "the same feed 10,000 times": (lambda: opml(FEED.format(1) * 10_000), "1 sources"),
    "comments that never end": (lambda: opml(FEED.format(1) + "<!-- " * 500_000), "1 sources"),
    "NULs": (lambda: opml(FEED.format(1)).replace(b"<outline", b"\0<outline"), "1 sources"),
}


def got(recipe: Callable[[], bytes]) -> str:
    try:
        return f"{len(read_opml(recipe()).sources)} sources"
    except NotOpml:
        return NONE


CASES = tuple(
    Case("opml", name, partial(got, recipe), expected)
    for name, (recipe, expected) in RECIPES.items()
)
