"""The form of an address, and whether it is that of an article.

Sections have short words in their paths; articles have headlines, long numbers or dates. Two rules
with different costs of a mistake: ``has_article_path`` keeps a page from being refused, and
``is_article_shape`` chooses which links of an unknown site are followed.
"""

import re

from pipeline.urls.normalisation import Url

HEADLINE_WORDS = 4
"""Words from which the last part of a path reads like a headline."""

SLUG_WORDS = 3
"""Words from which a part of a path is a slug."""

_LONG_NUMBER = 5
_WORDS = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d{4,}")
_PARTS = re.compile(r"[-_+.]+|%20")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FILE = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|cms|ece)$", re.IGNORECASE)


def has_article_path(url: str) -> bool:
    """True when the last part of the path reads like a headline or has a number."""
    last = Url(url).path.rstrip("/").rpartition("/")[2]
    return len(_WORDS.findall(last)) >= HEADLINE_WORDS or _NUMBER.search(last) is not None


def is_article_shape(shape: str) -> bool:
    """True for a shape with a slug, a long number or a year."""
    return "slug" in shape or "N" in shape or "/Y/" in shape


def shape_of(url: str) -> str:
    """The form of a normalised URL's path and query, with what differs between articles taken out.

    >>> shape_of("https://a.example/news/2026/11/ferry-crews-go-back-to-work-1234567.html?id=7")
    '/w/Y/n/slug-N.html?id'
    """
    address = Url(url)
    segments = address.path[1:].rstrip("/").split("/")
    path = "/" + "/".join(map(_form_of, segments))
    names = sorted({piece.partition("=")[0] for piece in address.query.split("&") if piece})
    return f"{path}?{'&'.join(names)}" if names else path


def _form_of(segment: str) -> str:
    """``Y`` for a year, ``n`` and ``N`` for numbers, ``w`` for words, ``slug`` for many words."""
    ending = _FILE.search(segment)
    name = segment[: ending.start()] if ending else segment
    words = [word for word in _PARTS.split(name) if word]
    numbers = [word for word in words if word.isdigit()]
    if len(words) == len(numbers) == 1:
        form = _form_of_number(name)
    else:
        form = _form_of_words(words, numbers)
    return form + ending[0].lower() if ending else form


def _form_of_number(name: str) -> str:
    if _YEAR.fullmatch(name):
        return "Y"
    return "N" if len(name) >= _LONG_NUMBER else "n"


def _form_of_words(words: list[str], numbers: list[str]) -> str:
    form = "w" if words else ""
    if len(words) - len(numbers) >= SLUG_WORDS:
        form = "slug"
    has_long_number = any(len(number) >= _LONG_NUMBER for number in numbers)
    return f"{form}-N" if has_long_number else form
