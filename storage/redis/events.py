"""What happened to the sources that somebody should know: a capped stream."""

from typing import Any

from pipeline.base import Record
from pipeline.sources.health import EventKind
from storage.redis.connection import Keyspace
from storage.redis.keys import Key

MOST_KEPT = 1_000
"""About so many events are kept, the last ones."""


class Event(Record):
    """Something that people are notified of once.

    Attributes:
        at: seconds since the epoch.
        kind: what became of the source.
        source: its id.
        sentence: the same in words.
    """

    at: float
    kind: EventKind
    source: str
    sentence: str


class Events:
    """The stream of events, a Redis stream ``events``; others may follow it with XREAD."""

    def __init__(self, keyspace: Keyspace) -> None:
        self._keys = keyspace

    def add(self, event: Event) -> None:
        """Append one; a poll does so in one step with its state (``SourceStates.record``)."""
        append(self._keys.client, self._keys, event)

    def recent(self, most: int = 20) -> list[Event]:
        """The last ones, newest first."""
        entries: list[tuple[str, dict[str, str]]] = self._keys.client.xrevrange(
            self._keys.key(Key.EVENTS), count=most
        )
        return [Event.model_validate(fields) for _, fields in entries]


def append(client: Any, keyspace: Keyspace, event: Event) -> None:  # noqa: ANN401 - a client or a pipeline
    """Append an event to the stream.

    Redis gives the entry its number, since a machine's clock may go back.
    """
    client.xadd(
        keyspace.key(Key.EVENTS), event.model_dump(mode="json"), maxlen=MOST_KEPT, approximate=True
    )
