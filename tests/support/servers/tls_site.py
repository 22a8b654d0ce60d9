"""A site on loopback with TLS, over HTTP/1.1 and HTTP/2, and a certificate for it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import trustme
from hypercorn.asyncio import serve
from hypercorn.config import Config

from tests.support.servers.serving import listening


async def _application(scope: Any, receive: Any, send: Any) -> None:
    """Says by which version it was asked, and for which host."""
    if scope["type"] != "http":
        return
    await receive()
    seen = f"{scope['http_version']} {dict(scope['headers']).get(b'host', b'').decode()}".encode()
    await asyncio.sleep(0.1)
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"text/plain")],
        }
    )
    await send({"type": "http.response.body", "body": seen})


@contextmanager
def secure_site(certificate: Path, key: Path, protocols: list[str]) -> Iterator[int]:
    """hypercorn with TLS; gives its port."""
    at, loop, stop = listening(), asyncio.new_event_loop(), asyncio.Event()
    port = at.getsockname()[1]
    config = Config.from_mapping(
        bind=[f"fd://{at.detach()}"],  # hypercorn closes it
        certfile=str(certificate),
        keyfile=str(key),
        alpn_protocols=protocols,
        errorlog=None,
        graceful_timeout=1,
    )
    serving = serve(_application, config, shutdown_trigger=stop.wait)
    thread = threading.Thread(target=loop.run_until_complete, args=(serving,), daemon=True)
    thread.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        loop.close()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for a.example, signed by an authority of its own, and its key.

    Whoever trusts the file trusts the site: it holds the authority's certificate too.
    """
    authority = trustme.CA()
    site = authority.issue_cert("a.example")
    made, key = folder / "certificate.pem", folder / "key.pem"
    for pem in (*site.cert_chain_pems, authority.cert_pem):
        pem.write_to_path(str(made), append=True)
    site.private_key_pem.write_to_path(str(key))
    return made, key
