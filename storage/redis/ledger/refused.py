"""Links that could not even be accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from pipeline.discover.announced import RefusedEntry
from pipeline.text.cleaning import storable

MOST_REFUSED = 100
"""Of refused links that come together, so many are kept and logged singly."""

_MOST_OF_URL = 500  # of what is no URL, ``RefusedEntry`` has no more


@dataclass(frozen=True, slots=True)
class RefusedLinks:
    """What was new of refused links.

    The ``kept`` ones, and whether there were ``more`` that are only counted.
    """

    kept: Sequence[RefusedEntry]
    more: bool


def text_id(url: str) -> str:
    """Of a link that is no URL, by what ``RefusedEntry`` has of it."""
    text = storable(url.strip()[:_MOST_OF_URL])
    return blake2b(text.encode(), digest_size=16).hexdigest()


def refused_id(entry: RefusedEntry, source: str) -> str:
    """Of a refused entry; what has no text at all is counted once for its source."""
    return text_id(entry.url or f"an entry of {source}")
