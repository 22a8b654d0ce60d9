"""From httpcore's response to the exchange that the archive keeps."""

from datetime import datetime
from urllib.parse import urlsplit

import httpcore

from pipeline.urls import Url
from storage.archive.exchange import Exchange


def exchange_of(  # noqa: PLR0913 - a part of the record each
    url: Url,
    started: datetime,
    sent: list[tuple[bytes, bytes]],
    response: httpcore.Response,
    body: bytes,
    *,
    whole: bool,
) -> Exchange:
    """What went over the wire, from what httpcore says of it.

    Args:
        url: what was asked for.
        started: when the request began.
        sent: the request's headers.
        response: its status, headers and connection.
        body: as it was received, without chunking.
        whole: whether that is all of it.
    """
    parts, known = urlsplit(url), response.extensions
    stream = known.get("network_stream")
    server = stream.get_extra_info("server_addr") if stream else None
    return Exchange(
        url=url,
        started=started,
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        sent=tuple(sent),
        protocol="h2" if known.get("http_version") == b"HTTP/2" else "http/1.1",
        status=response.status,
        reason=known.get("reason_phrase", b""),
        received=tuple(response.headers),
        body=body,
        whole=whole,
        address=str(server[0]) if server else None,
    )
