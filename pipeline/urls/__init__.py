"""URLs: what can be fetched (``Url``), and what counts as the same page (``UrlId``)."""

from pipeline.urls.identity import UrlId, identity, url_id
from pipeline.urls.normalisation import MAX_LENGTH, BadUrl, Url, normalise, resolve

__all__ = [
    "MAX_LENGTH",
    "BadUrl",
    "Url",
    "UrlId",
    "identity",
    "normalise",
    "resolve",
    "url_id",
]
