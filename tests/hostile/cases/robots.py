"""robots.txt files that decide whether ``/news/1`` may be fetched."""

from collections.abc import Callable
from functools import partial

from pipeline.crawl.robots import from_response
from tests.hostile.case import Case

YES, NO = "allowed", "not allowed"

RECIPES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", YES),
    "a web page": (lambda: b"<html><body>not found</body></html>", YES),
    "all bytes": (lambda: bytes(range(256)) * 1_000, YES),
    "5 MB": (lambda: b"User-agent: *\nDisallow: /news\n" + b"# x\n" * 1_250_000, NO),
    "a rule after the limit": (lambda: b"# x\n" * 200_000 + b"User-agent: *\nDisallow: /\n", YES),
    "a line of 400 KB": (
        lambda: b"User-agent: *\nDisallow: /" + b"a" * 400_000 + b"\nDisallow: /news\n",
        NO,
    ),
    "20,000 rules": (lambda: b"User-agent: *\n" + b"Disallow: /a*b*c$\n" * 20_000, YES),
    "20,000 groups": (lambda: b"User-agent: x\nDisallow: /a\n" * 15_000, YES),
    "30 stars": (lambda: b"User-agent: *\nDisallow: /" + b"*a" * 30 + b"$\n", YES),
    "2,000 stars": (lambda: b"User-agent: *\nDisallow: /" + b"*" * 2_000 + b"x\n", YES),
    "spaces before the name": (lambda: b" " * 400_000 + b"User-agent: *\n", YES),
    "a delay of 5,000 digits": (
        lambda: b"User-agent: *\nCrawl-delay: " + b"9" * 5_000 + b"\n",
        YES,
    ),
    "a delay of nan": (lambda: b"User-agent: *\nCrawl-delay: nan\nDisallow: /news\n", NO),
    "a delay below zero": (lambda: b"User-agent: *\nCrawl-delay: -1\n", YES),
    "UTF-16": (lambda: "User-agent: *\nDisallow: /\n".encode("utf-16"), YES),
    "a byte order mark": (lambda: b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", NO),
    "line ends of the Mac": (lambda: b"User-agent: *\rDisallow: /\r", NO),
    "percent signs": (lambda: b"User-agent: *\nDisallow: /%%%ff%zz\nDisallow: /%6eews\n", NO),
    "NULs": (lambda: b"User-agent: *\0\nDisallow: /\0\n", YES),
    "sitemaps inside": (lambda: b"Sitemap: http://127.0.0.1/\n" * 10_000, YES),
}


def got(recipe: Callable[[], bytes]) -> str:
    robots = from_response(200, recipe())
    robots.crawl_delay("newsloom")
    return YES if robots.allows("https://a.example/news/1", "newsloom") else NO


CASES = tuple(
    Case("robots", name, partial(got, recipe), expected)
    for name, (recipe, expected) in RECIPES.items()
)
