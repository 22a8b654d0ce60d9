"""What is read from a file of pages: captures, and what of it cannot be one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Skip(StrEnum):
    """Why something in a file is no page, where ``pipeline.outcome.Reason`` has no word for it."""

    REDIRECT = "redirect"
    ROBOTS_TXT = "robots_txt"
    BAD_RECORD = "bad_record"
    SEGMENTED = "segmented"
    NO_ORIGINAL = "no_original"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as it was at some time.

    Attributes:
        url: as the file has it.
        status: of HTTP; 200 where the file has only a text.
        content_type: the header, verbatim.
        content: without content coding; in its own charset.
        fetched_at: when it was captured.
        source: the source that the file names, if it does.
    """

    url: str
    status: int
    content_type: str
    content: bytes
    fetched_at: datetime
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is no page. ``reason`` is a ``Skip`` or a ``pipeline.outcome.Reason``.

    ``detail`` a sentence.
    """

    url: str | None
    reason: StrEnum
    detail: str


Read = Capture | Skipped


class NotReadable(Exception):  # noqa: N818 - named after the state of the file
    """A file that is none of the formats, or cannot be opened."""
