"""Documents of sources that are made to hold up or to end the process that reads them."""

import faulthandler
import gzip
import os
import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass

from config.sources import SourceKind
from tests.support.polls import feed
from tests.support.servers.fault_server import answer

HANG, SWELL, CRASH, FREEZE = "hang-now", "swell-now", "crash-now", "freeze-now"
"""What ``obey`` obeys."""


@dataclass(frozen=True, slots=True)
class Poison:
    """A document: the kind of source that serves it, and its whole HTTP response."""

    kind: SourceKind
    answer: bytes


def obey(content: bytes) -> None:
    """Do what some of the documents ask for, as a parser with a defect would."""
    if HANG.encode() in content:
        re.match(r"(a+)+$", "a" * 60 + "b")
    if SWELL.encode() in content:
        _ = b"x" * 3_000_000_000
    if CRASH.encode() in content:
        faulthandler.disable()
        os.kill(os.getpid(), signal.SIGSEGV)
    if FREEZE.encode() in content:
        os.kill(os.getpid(), signal.SIGSTOP)


def _link(address: str) -> str:
    return f"<item><title>a</title><link>{address}</link></item>"


def _feed(*items: str, **headers: str) -> Poison:
    return Poison("feed", answer(feed(*items), **headers))


def _raw(kind: SourceKind, body: bytes, **headers: str) -> Poison:
    return Poison(kind, answer(body, **headers))


def _entities() -> bytes:
    levels = ""
    for n in range(1, 9):
        ten = f"&l{n - 1};" * 10
        levels += f'<!ENTITY l{n} "{ten}">'
    start = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{levels}]>'
    return start.encode() + feed("<title>&l8;</title>")


def _attributes(tag: str) -> bytes:
    attributes = " ".join(f"a{n}='1'" for n in range(100_000))
    return f"<{tag} {attributes}>".encode()


_SITEMAP = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
_PAGE: Mapping[str, str] = {"content_type": "text/html"}

POISON: Mapping[str, Poison] = {
    "a link that ends in 40 quotes": _feed(_link("http://p.example/a?" + "&amp;quot;" * 40)),
    "a link that ends in 2,000 brackets": _feed(_link("http://p.example/a" + ")" * 2_000)),
    "1,500 links of 1,800 characters": _feed(
        *[_link(f"http://p.example/{n}/" + "%27" * 600) for n in range(1_500)]
    ),
    "entities within entities": _raw("feed", _entities()),
    "an element with 100,000 attributes": _raw("feed", _attributes("rss") + b"</rss>"),
    "elements 200,000 deep": _raw("feed", b"<rss>" + b"<a>" * 200_000),
    "a title of 4 MB": _feed("<item><title>" + "&amp;lt;b" * 500_000 + "</title></item>"),
    "300,000 entries": _feed(*["<item/>"] * 300_000),
    "a date of a million digits": _feed("<item><pubDate>" + "1" * 1_000_000 + "</pubDate></item>"),
    "JSON with 100,000 brackets": _raw("feed", b'{"version":' + b"[" * 100_000),
    "a Link header of 30,000 semicolons": _feed(link="<http://p.example/>" + ";" * 30_000),
    "a charset of 30,000 characters": _feed(content_type="text/xml; charset=" + "a-" * 15_000),
    "a gzip file of 50 MB zeros": _raw("sitemap", gzip.compress(bytes(50_000_000))),
    "a sitemap with 100,000 attributes": _raw("sitemap", _SITEMAP + _attributes("url")),
    "a section page with 100,000 attributes": _raw("section", _attributes("div"), **_PAGE),
    "a section page of 100,000 open elements": _raw("section", b"<div>" * 100_000, **_PAGE),
    "a defect that never ends": _feed(_link("http://p.example/a"), f"<!-- {HANG} -->"),
    "a defect that needs 3 GB": _feed(_link("http://p.example/a"), f"<!-- {SWELL} -->"),
    "a defect that crashes": _feed(_link("http://p.example/a"), f"<!-- {CRASH} -->"),
    "a defect that freezes the process": _feed(_link("http://p.example/a"), f"<!-- {FREEZE} -->"),
}
