"""What a site's robots.txt allows (RFC 9309), as far as it can be said without fetching it."""

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
    """The answer to ``GET /robots.txt`` in the form the RFC gives it.

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
        rules = _parse(self.text, _product(user_agent)) if self.access == "rules" else None
        wished = rules.crawl_delay(_ANYBODY) if rules else None
        return wished if wished is not None and 0 < wished < math.inf else None

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The addresses of its ``Sitemap`` lines as they are written, each once (sitemaps.org, "Submitting")."""
        return (
            tuple(dict.fromkeys(_parse(self.text, _ANYBODY).sitemaps))
            if self.access == "rules"
            else ()
        )


UNREACHABLE = Robots(access="none")


def from_response(status: int, content: bytes) -> Robots:
    """Reads an answer by its status class (RFC 9309 §2.3.1): 4xx allows everything, 5xx nothing."""
    if 200 <= status < 300:  # noqa: PLR2004
        return Robots(access="rules", text=_cut(content).decode("utf-8-sig", errors="replace"))
    if 400 <= status < 500 and status != HTTPStatus.TOO_MANY_REQUESTS:  # noqa: PLR2004
        return Robots(access="all")
    return UNREACHABLE


def _cut(content: bytes) -> bytes:
    """The first ``MAX_BYTES``, whole lines only: half of ``Disallow.

    /private`` would say something else.
    """
    if len(content) <= MAX_BYTES:
        return content
    return content[: max(content.rfind(b"\n", 0, MAX_BYTES), content.rfind(b"\r", 0, MAX_BYTES), 0)]


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
    """The same file with one group only, for anybody.

    The rules of all groups for this product, else of those for all.

    Protego reads the rules, with all the ways people write them, but takes a group for "news" as
    one for "newsloom"; RFC 9309 §2.2.1 wants the whole token. Only a rule ends the names of a
    group; other lines do not. ``Crawl-delay``, of which the RFC knows nothing, is meant for the
    names just above it.
    """
    lines: dict[str, list[str]] = {}
    outside: list[str] = []
    names, ruled = set[str](), False
    just_named, delayed = set[str](), False
    for line in text.splitlines():
        if named := _GROUP.match(line.partition("#")[0]):
            just_named, delayed = (set() if ruled or delayed else just_named), False
            names, ruled = (set() if ruled else names), False
            # There may be thousands of others.
            if (token := _token(named[1].strip())) in {product, _ANYBODY}:
                names.add(token)
                just_named.add(token)
                lines.setdefault(token, [])
        elif line.lstrip().lower().startswith(_SITE_WIDE):
            outside.append(line)
        else:
            of_delay = bool(_DELAY.match(line))
            delayed, ruled = delayed or of_delay, ruled or bool(_RULE.match(line))
            for name in just_named if of_delay else names:
                lines[name].append(line)
    ours = lines.get(product, lines.get(_ANYBODY, []))
    return "\n".join([*outside, "User-agent: *", *ours])
