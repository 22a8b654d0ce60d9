"""What goes into a fetch, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.crawl.private_access import PrivateAccess
from pipeline.urls import Url
from storage.archive.exchange import Exchange

ACCEPT_PAGE = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch: seconds, bytes after decoding, redirects, ports.

    ``seconds`` count while requests are under way, and not while a host's slot is waited for.
    """

    seconds: float = 25.0
    connect_seconds: float = 8.0
    max_bytes: int = 10_000_000
    max_redirects: int = 5
    ports: frozenset[int] = frozenset({80, 443})


@dataclass(frozen=True, slots=True)
class PolitenessPolicy:
    """How to treat a host.

    Attributes:
        delay: seconds between two requests to it.
        concurrency: requests under way at it, over all workers.
        robots: whether robots.txt is followed (RFC 9309).
        access: to the private network that may be entered, with all redirects; None for none.
    """

    delay: float
    concurrency: int
    robots: bool = True
    access: PrivateAccess | None = None


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How to GET something.

    Attributes:
        accept: the Accept header.
        validators: headers of a conditional request, verbatim.
        max_bytes: of the body, as it is sent and unpacked, where it is not the usual limit.
        record: give the response its exchanges, for the archive.
        patience: seconds to wait for a host's slot, where they are not the usual ones.
    """

    accept: str = ACCEPT_PAGE
    validators: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int | None = None
    record: bool = False
    patience: float | None = None


PAGE = FetchOptions()


@dataclass(frozen=True, slots=True)
class Response:
    """A response with its body read and decoded. Header names are lower-case.

    ``exchanges``, where they were to be recorded, are what went over the wire: the redirects, then
    the last response.
    """

    url: Url
    final_url: Url
    status: int
    headers: Mapping[str, str]
    content: bytes
    moved_permanently: bool = False
    exchanges: tuple[Exchange, ...] = ()
