"""What somebody should know: events of the sources (a capped stream), and faults that last."""

from typing import Any

from pydantic import ValidationError

from pipeline.base import Record
from pipeline.sources.health import EventKind
from storage.redis.connection import Clock, Keyspace
from storage.redis.keys import Key

MOST_KEPT = 1_000
"""About so many events are kept, the last ones."""

KEPT_SECONDS = 600
"""A fault that nobody has met for so long is no news. While it lasts, it is met again and again."""

INDEX = "index"
"""The index could not be written."""

REDIS = "redis"
"""Redis cannot write, or its memory runs out."""


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


class Fault(Record):
    """A fault that lasts.

    Attributes:
        since: when it was met first, in seconds since the epoch.
        error: a sentence, as it was met last.
    """

    since: float
    error: str


class Faults:
    """One fault for each part at most."""

    def __init__(self, keyspace: Keyspace, *, clock: Clock) -> None:
        self._keys = keyspace
        self._clock = clock

    def note(self, part: str, error: str) -> bool:
        """A part failed, again or for the first time.

        Returns:
            Whether no process has noted it before, so that this one should log it.
        """
        key = self._keys.key(Key.FAULT, part)
        fault = Fault(since=self._clock(), error=error)
        if self._keys.client.set(key, fault.model_dump_json(), ex=KEPT_SECONDS, nx=True):
            return True
        before = self.of(part)
        fault = fault.model_copy(update={"since": before.since if before else fault.since})
        self._keys.client.set(key, fault.model_dump_json(), ex=KEPT_SECONDS, xx=True)
        return False

    def clear(self, part: str) -> bool:
        """It works again.

        Returns:
            Whether it had a fault and no process has cleared it before.
        """
        return bool(self._keys.client.delete(self._keys.key(Key.FAULT, part)))

    def of(self, part: str) -> Fault | None:
        """The fault of a part, if it has one."""
        kept = self._keys.client.get(self._keys.key(Key.FAULT, part))
        try:
            return Fault.model_validate_json(kept) if kept else None
        except ValidationError:
            return None
