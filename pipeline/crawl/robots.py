"""What a site's robots.txt allows (RFC 9309), as far as it can be said without fetching it."""

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
            return bool(_parse(self.text).can_fetch(url, user_agent))
        return self.access == "all"


UNREACHABLE = Robots(access="none")


def from_response(status: int, content: bytes) -> Robots:
    """Reads an answer by its status class (RFC 9309 §2.3.1): 4xx allows everything, 5xx nothing."""
    if status == HTTPStatus.OK:
        return Robots(access="rules", text=content[:MAX_BYTES].decode("utf-8", errors="replace"))
    if 400 <= status < 500 and status != HTTPStatus.TOO_MANY_REQUESTS:  # noqa: PLR2004
        return Robots(access="all")
    return UNREACHABLE


@lru_cache(maxsize=512)
def _parse(text: str) -> Protego:
    return Protego.parse(text)
