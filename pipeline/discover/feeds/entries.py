"""What a feed says, as it is written: before its addresses and dates are interpreted."""

from typing import NamedTuple

from pipeline.discover.hints import RawHints
from pipeline.discover.websub import DeclaredLink


class Address(NamedTuple):
    """An address as it is written, and what it is relative to."""

    text: str
    base: str


class RawEntry(NamedTuple):
    """An entry.

    Attributes:
        addresses: where it may be read, the best first.
        title: as plain text.
        published: texts that should be the date of publication, the best first.
        updated: texts that should be the date of the last change, the best first.
    """

    addresses: tuple[Address, ...] = ()
    title: str | None = None
    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()


class RawFeed(NamedTuple):
    """A feed.

    Attributes:
        title: as plain text.
        language: a tag that should be a language.
        site: the page that the feed says it belongs to.
        entries: in the document's order, no more than were asked for.
        cut: how many more there are.
        links: the feed's own links with their relations, those of its entries left out.
        hints: what it says of when to poll it again.
    """

    title: str | None
    language: str | None
    site: Address | None
    entries: tuple[RawEntry, ...]
    cut: int
    links: tuple[DeclaredLink, ...] = ()
    hints: RawHints = RawHints()


class NotAFeed(ValueError):  # noqa: N818 - named after what it is
    """A document that no feed reader would accept."""


def is_address(text: object) -> bool:
    """Whether an identifier is an address of the Web as well."""
    return isinstance(text, str) and text.strip().lower().startswith(("http://", "https://"))
