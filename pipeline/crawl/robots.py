"""What a site's robots.txt allows (RFC 9309), as far as it can be said without fetching it."""

import math
import re
from functools import lru_cache
from http import HTTPStatus
from typing import Literal

from protego import Protego

from pipeline.records import Record

MAX_BYTES = 512_000
"""RFC 9309 §2.5: at least 500 KiB must be parsed; what follows is ignored."""


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
            return bool(_parse(self.text).can_fetch(url, _product(user_agent)))
        return self.access == "all"

    def crawl_delay(self, user_agent: str) -> float | None:
        """Seconds between two requests that the site asks of a crawler of that name.

        ``Crawl-delay`` is no part of RFC 9309, but widely written. What is no number of seconds above zero is None.
        """
        wished = _parse(self.text).crawl_delay(_product(user_agent)) if self.access == "rules" else None
        return wished if wished is not None and 0 < wished < math.inf else None

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The addresses of its ``Sitemap`` lines as they are written, each once (sitemaps.org, "Submitting")."""
        return tuple(dict.fromkeys(_parse(self.text).sitemaps)) if self.access == "rules" else ()


UNREACHABLE = Robots(access="none")


def from_response(status: int, content: bytes) -> Robots:
    """Reads an answer by its status class (RFC 9309 §2.3.1): 4xx allows everything, 5xx nothing."""
    if 200 <= status < 300:  # noqa: PLR2004
        return Robots(access="rules", text=_cut(content).decode("utf-8-sig", errors="replace"))
    if 400 <= status < 500 and status != HTTPStatus.TOO_MANY_REQUESTS:  # noqa: PLR2004
        return Robots(access="all")
    return UNREACHABLE


def _cut(content: bytes) -> bytes:
    """The first ``MAX_BYTES``, whole lines only: half of ``Disallow: /private`` would say something else."""
    if len(content) <= MAX_BYTES:
        return content
    return content[: max(content.rfind(b"\n", 0, MAX_BYTES), content.rfind(b"\r", 0, MAX_BYTES), 0)]


@lru_cache(maxsize=16)
def _product(user_agent: str) -> str:
    """The crawler's name in its User-Agent; words of the comment, such as "bot" in an address, are not names."""
    compatible = re.search(r"\(compatible;\s*([^\s;)]+)", user_agent)
    return compatible[1] if compatible else user_agent.split(maxsplit=1)[0]


@lru_cache(maxsize=2_048)
def _parse(text: str) -> Protego:
    return Protego.parse(text)
