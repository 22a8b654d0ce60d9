"""The tree of errors, as it is drawn."""

import re

import services.errors
from services.errors import ServiceError

DRAWN = re.compile(r"^ {4}([│ ]*)(?:[├└]── )?(\w+Error)\b", re.MULTILINE)


def tree(error: type[Exception], depth: int = 0) -> list[tuple[int, str]]:
    """The classes below an error with their depth, in the order of their definitions."""
    found = [(depth, error.__name__)]
    for child in error.__subclasses__():
        found += tree(child, depth + 1)
    return found


def test_the_drawing_shows_every_error_at_its_place() -> None:
    text = services.errors.__doc__ or ""
    drawn = [(line.count("──") + len(bars) // 4, name) for line, bars, name in lines(text)]
    assert drawn == tree(ServiceError)


def lines(text: str) -> list[tuple[str, str, str]]:
    return [(match[0], match[1], match[2]) for match in DRAWN.finditer(text)]


def test_every_error_says_what_it_means() -> None:
    for _, name in tree(ServiceError):
        assert getattr(services.errors, name).__doc__
