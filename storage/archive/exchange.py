"""One request with its answer, as the archive keeps it."""

from dataclasses import dataclass
from datetime import datetime

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What went over the wire.

    Attributes:
        url: what was asked for.
        started: when the request began.
        target: the request's target, such as ``/news?page=2``.
        sent: the request's headers in their order, ``Host`` among them.
        protocol: ``http/1.1`` or ``h2``, as ALPN names them.
        reason: the phrase after the status; HTTP/2 has none.
        received: the answer's headers in their order.
        body: as it was received: without chunking, but in its content coding.
        whole: False when nobody read the body to its end (a redirect's).
        address: the IP address that answered, if it is known.
    """

    url: str
    started: datetime
    target: str
    sent: Headers
    protocol: str
    status: int
    reason: bytes
    received: Headers
    body: bytes
    whole: bool
    address: str | None
