"""How a person names a URL or an article: by its address in any form, or by its id."""

import re

from pipeline.urls import UrlId, url_id
from pipeline.urls.written import with_scheme

_ID = re.compile(r"[0-9a-f]{32}")


def is_id(name: str) -> bool:
    """Whether a name has the form of an id."""
    return _ID.fullmatch(name) is not None


def id_of(name: str) -> UrlId:
    """The id that a name is, or the id of the URL that it is.

    Raises:
        BadUrl: it is neither.
    """
    return UrlId(name) if is_id(name) else url_id(with_scheme(name))
