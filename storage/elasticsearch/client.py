"""A client of an Elasticsearch cluster."""

from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

_SECONDS = 15.0
_RETRIES = 3


def connect(
    url: str,
    *,
    api_key: str | None = None,
    ca_certs: Path | None = None,
    patience: float | None = None,
) -> Elasticsearch:
    """A client; nothing is contacted before its first use.

    Args:
        url: of any node; may hold ``user:password@``.
        api_key: instead of a user and a password.
        ca_certs: the authority's certificate when it is not one the system trusts; certificates are
            always checked.
        patience: seconds for one request, without a second try; None for the usual time and tries.
    """
    tls: dict[str, Any] = {"ca_certs": str(ca_certs)} if ca_certs else {}
    seconds, tries = (_SECONDS, _RETRIES) if patience is None else (patience, 0)
    return Elasticsearch(url, api_key=api_key, request_timeout=seconds, max_retries=tries, **tls)
