"""URLs: what can be fetched (``normalise``), and what counts as the same page (``url_id``)."""

from pipeline.urls.identity import identity, url_id
from pipeline.urls.normalisation import MAX_LENGTH, BadUrl, domain_of, host_of, normalise, origin_of

__all__ = [
    "MAX_LENGTH",
    "BadUrl",
    "domain_of",
    "host_of",
    "identity",
    "normalise",
    "origin_of",
    "url_id",
]
