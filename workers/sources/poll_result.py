"""What a poll finds in a source's document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from pipeline.discover.announced import RefusedEntry
from pipeline.discover.hints import Hints
from pipeline.discover.websub import DeclaredHubs
from pipeline.records import Link
from pipeline.sources.state import Failure


class Unreadable(Exception):  # noqa: N818 - named after what it is
    """A response that is not what the source should be; the message says what it is."""

    def __init__(self, failure: Failure, words: str) -> None:
        super().__init__(words)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class PollResult:
    """The links of a document, and what to remember of it.

    Attributes:
        links: with a date that is believed, or of a document that lists only what is new.
        refused: entries that cannot be followed.
        state: fields of ``SourceState`` that change.
        hints: when to ask again, as far as the document says so.
        undated: links of a sitemap without a date; the seen set tells which are new.
        documents: the sitemaps that were read: where each was found, and the address by which it is
            asked for.
        notes: what was left out or failed, in words.
        failure: why nothing of it can be used.
        kind: of the failure.
        status: of the response that was the failure, if it was one.
        pause: seconds that a server asked us to wait.
        websub: the hubs that a feed declares; None for other documents.
    """

    links: Sequence[Link]
    refused: Sequence[RefusedEntry]
    state: Mapping[str, object]
    hints: Hints = field(default_factory=Hints)
    undated: Sequence[Link] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    failure: str | None = None
    kind: Failure = Failure.HTTP_ERROR
    status: int | None = None
    pause: float | None = None
    websub: DeclaredHubs | None = None


def body_hash(content: bytes) -> str:
    """By which a document is known again where the server has no validators."""
    return blake2b(content, digest_size=16).hexdigest()
