"""What a site's robots.txt allows (RFC 9309)."""

import math
import re
from functools import lru_cache
from http import HTTPStatus
from typing import Literal

from protego import Protego

from pipeline.base import Record

MAX_BYTES = 512_000
"""RFC 9309 §2.5: at least 500 KiB must be parsed; what follows is ignored."""


_ANYBODY = "*"
_SITE_WIDE = ("sitemap", "site-map", "host")
_GROUP = re.compile(r"\s*user[- ]?agent(?:\s*:|\s)\s*(.*)", re.IGNORECASE)
# People misspell it so.
_RULE = re.compile(r"\s*(?:allow|dis{1,2}al{1,2}[oa]w|diasllow)\b", re.IGNORECASE)
_DELAY = re.compile(r"\s*crawl[- ]delay\b", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z_-]+|\*(?=\s|$)", re.IGNORECASE)


class Robots(Record):
    """What the response to ``GET /robots.txt`` allows, in the three cases of the RFC.

    ``access`` is ``"rules"`` when ``text`` decides, ``"all"`` when the site has none (4xx),
    ``"none"`` when it could not be read (5xx, unreachable).
    """

    access: Literal["rules", "all", "none"]
    text: str = ""

    def allows(self, url: str, user_agent: str) -> bool:
        """Whether ``url`` may be fetched by a crawler of that name."""
        if self.access == "rules":
            return bool(_parse(self.text, _product(user_agent)).can_fetch(url, _ANYBODY))
        return self.access == "all"

    def crawl_delay(self, user_agent: str) -> float | None:
        """Seconds between two requests that the site asks of a crawler of that name.

        ``Crawl-delay`` is no part of RFC 9309, but widely written. What is no number of seconds
        above zero is None.
        """
        if self.access != "rules":
            return None
        delay = _parse(self.text, _product(user_agent)).crawl_delay(_ANYBODY)
        return delay if delay is not None and 0 < delay < math.inf else None

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The addresses of its ``Sitemap`` lines as they are written, each once (sitemaps.org)."""
        if self.access != "rules":
            return ()
        return tuple(dict.fromkeys(_parse(self.text, _ANYBODY).sitemaps))


UNREACHABLE = Robots(access="none")


def from_response(status: int, content: bytes) -> Robots:
    """Reads a response by its status (RFC 9309 §2.3.1): 4xx allows everything, 5xx nothing."""
    if 200 <= status < 300:  # noqa: PLR2004
        return Robots(access="rules", text=_cut(content).decode("utf-8-sig", errors="replace"))
    if 400 <= status < 500 and status != HTTPStatus.TOO_MANY_REQUESTS:  # noqa: PLR2004
        return Robots(access="all")
    return UNREACHABLE


def _cut(content: bytes) -> bytes:
    """The first ``MAX_BYTES``, whole lines only: a rule cut short would say something else."""
    if len(content) <= MAX_BYTES:
        return content
    ends = (content.rfind(mark, 0, MAX_BYTES) for mark in (b"\n", b"\r"))
    return content[: max(*ends, 0)]


@lru_cache(maxsize=16)
def _product(user_agent: str) -> str:
    """The crawler's name in its User-Agent.

    Words of the comment, such as "bot" in an address, are not names.
    """
    compatible = re.search(r"\(compatible;\s*([^\s;)]+)", user_agent)
    return _token(compatible[1] if compatible else user_agent) or _ANYBODY


def _token(name: str) -> str | None:
    """The product token (RFC 9309 §2.2.1): letters, hyphens and underscores, in any case.

    Or the one for anybody.
    """
    found = _TOKEN.match(name)
    return found[0].lower() if found else None


@lru_cache(maxsize=2_048)
def _parse(text: str, product: str) -> Protego:
    return Protego.parse(_rules_for(text, product))


def _rules_for(text: str, product: str) -> str:
    """The same file with one group only, for anybody: the rules for this product, else for all.

    Protego reads the rules, with all the ways people write them, but takes a group for "news" as
    one for "newsloom"; RFC 9309 §2.2.1 wants the whole token.
    """
    groups = _Groups(frozenset({product, _ANYBODY}))
    for line in text.splitlines():
        groups.take(line)
    own = groups.lines.get(product, groups.lines.get(_ANYBODY, []))
    return "\n".join([*groups.outside, "User-agent: *", *own])


class _Groups:
    """The lines of a robots.txt by the wanted products that they are for.

    Only a rule ends the names of a group; other lines do not. ``Crawl-delay``, which is no part of
    the RFC, is meant for the names just above it.

    Attributes:
        lines: by product.
        outside: those that hold for the whole site.
    """

    def __init__(self, wanted: frozenset[str]) -> None:
        self.lines: dict[str, list[str]] = {}
        self.outside: list[str] = []
        self._wanted = wanted
        self._names: set[str] = set()
        self._has_rule = False
        self._just_named: set[str] = set()
        self._has_delay = False

    def take(self, line: str) -> None:
        """Reads the next line."""
        named = _GROUP.match(line.partition("#")[0])
        if named:
            self._name(_token(named[1].strip()))
        elif line.lstrip().lower().startswith(_SITE_WIDE):
            self.outside.append(line)
        elif _DELAY.match(line):
            self._has_delay = True
            self._add(line, self._just_named)
        else:
            self._has_rule = self._has_rule or _RULE.match(line) is not None
            self._add(line, self._names)

    def _name(self, token: str | None) -> None:
        if self._has_rule or self._has_delay:
            self._just_named = set()
        if self._has_rule:
            self._names = set()
        self._has_rule = self._has_delay = False
        if token in self._wanted:  # there may be thousands of others
            self._names.add(token)
            self._just_named.add(token)
            self.lines.setdefault(token, [])

    def _add(self, line: str, names: set[str]) -> None:
        for name in names:
            self.lines[name].append(line)
