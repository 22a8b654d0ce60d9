"""The cases, one module a kind; each has its recipes and a ``CASES``."""

from tests.hostile.case import Case
from tests.hostile.cases import (
    addresses,
    charsets,
    feeds,
    headers,
    links,
    opml,
    pages,
    queries,
    responses,
    robots,
    sitemaps,
    warc,
)

KINDS = (
    pages, feeds, sitemaps, robots, links, opml, warc, queries, charsets, headers, addresses,
    responses,
)  # fmt: skip
CASES: tuple[Case, ...] = tuple(case for kind in KINDS for case in kind.CASES)
