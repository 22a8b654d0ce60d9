"""What counts as the same page.

The addresses of one page share an identity, and its hash is their id.
"""

from hashlib import blake2b
from typing import NewType

from ada_url import URL

from pipeline.urls.normalisation import normalise
from pipeline.urls.variants import shared_address, shared_pieces

UrlId = NewType("UrlId", str)
"""The id of a page's ledger entry and article: see ``url_id``."""


def identity(url: str) -> str:
    """What the addresses of one page have in common.

    Host, path and parameters in order, without what its variants differ in.

    Gone are the scheme, AMP and mobile forms, session ids, directory indexes, and what a paste left
    at the end (``pipeline.urls.variants``). It is no address to fetch. Case in paths is kept:
    servers that tell ``/A`` from ``/a`` are common enough. So are ports, but for 80 and 443, which
    go with the scheme.

    Raises:
        BadUrl: as ``normalise`` does.
    """
    host, path = _shared_parts(url)
    return f"{host}{path}"


def _shared_parts(url: str) -> tuple[str, str]:
    """The host of a URL's identity, and what follows it."""
    parsed = URL(normalise(url))
    host, path = shared_address(str(parsed.host), str(parsed.pathname))
    pieces = shared_pieces(parsed.search[1:].split("&"), path)
    return host, f"{path}?{'&'.join(pieces)}" if pieces else path


def url_id(url: str) -> UrlId:
    """32 hexadecimal digits: BLAKE2b of the URL's ``identity``.

    The id of the ledger's entry and of the article.

    Raises:
        BadUrl: as ``normalise`` does.
    """
    return UrlId(blake2b(identity(url).encode(), digest_size=16).hexdigest())
