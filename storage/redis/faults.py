"""What the workers could not do a moment ago, for those who ask how they are doing."""

from pydantic import ValidationError

from pipeline.base import Record
from storage.redis.connection import Clock, Keyspace
from storage.redis.keys import Key

KEPT_SECONDS = 600
"""A fault that nobody has met for so long is no news. While it lasts, it is met again and again."""

INDEX = "index"
"""The index could not be written."""


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

    def note(self, part: str, error: str) -> None:
        """A part failed, again or for the first time."""
        before = self.of(part)
        fault = Fault(since=before.since if before else self._clock(), error=error)
        key = self._keys.key(Key.FAULT, part)
        self._keys.client.set(key, fault.model_dump_json(), ex=KEPT_SECONDS)

    def clear(self, part: str) -> None:
        """It works again."""
        self._keys.client.delete(self._keys.key(Key.FAULT, part))

    def of(self, part: str) -> Fault | None:
        """The fault of a part, if it has one."""
        kept = self._keys.client.get(self._keys.key(Key.FAULT, part))
        try:
            return Fault.model_validate_json(kept) if kept else None
        except ValidationError:
            return None
