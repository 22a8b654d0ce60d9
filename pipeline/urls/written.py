"""URLs as people write them: ``www.site.example/news`` stands for ``https://www.site.example/news``."""

import re

from pipeline.urls.normalisation import Url, normalise

_LABEL = r"[\w-]+"
_TOP_LEVEL = r"(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)"
_NAME = rf"(?:{_LABEL}\.)+{_TOP_LEVEL}\.?"
_ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\]"
_HOST_FIRST = re.compile(rf"(?:{_NAME}|{_ADDRESS})(?::\d{{1,5}})?(?:[/?#].*)?", re.IGNORECASE)


def begins_with_host(text: str) -> bool:
    """Whether a text is a URL without its scheme: a name with a dot, or an IP address, comes first.

    ``localhost:8080`` does not, as ``localhost:`` may be a scheme.
    """
    return _HOST_FIRST.fullmatch(text.strip()) is not None


def with_scheme(text: str) -> str:
    """The text, with ``https://`` before it where it begins with a host."""
    return f"https://{text.strip()}" if begins_with_host(text) else text


def normalise_written(text: str) -> Url:
    """The URL that a person means, normalised.

    Raises:
        BadUrl: as ``normalise`` does.
    """
    return normalise(with_scheme(text))
