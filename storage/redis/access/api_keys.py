"""API keys: their hashes and what they allow."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from pipeline.base import Record
from storage.redis.connection import Keyspace
from storage.redis.keys import Key


class Scope(StrEnum):
    """What a caller may do; each scope holds those before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def covers(self, wanted: "Scope") -> bool:
        """Whether who has this scope may do what ``wanted`` allows."""
        order = list(Scope)
        return order.index(self) >= order.index(wanted)


class ApiKey(Record):
    """A key without its secret.

    Attributes:
        name: who has it.
        scope: what it allows.
        created: seconds since the epoch.
        used: the last day (UTC) on which it was used; None when it never was.
    """

    name: str
    scope: Scope
    created: float
    used: date | None = None


class StoredKey(ApiKey):
    """A key as it is kept.

    Attributes:
        digest: of its secret, 64 hexadecimal digits.
        password: the Argon2id hash of its owner's password for the pages; None without one.
    """

    digest: str
    password: str | None = None

    @property
    def public(self) -> ApiKey:
        """The key without the digest."""
        return ApiKey.model_validate(self.model_dump(exclude={"digest", "password"}))


class ApiKeys:
    """The keys of one deployment, by name."""

    def __init__(self, keyspace: Keyspace) -> None:
        self._keys = keyspace

    def add(self, key: StoredKey) -> bool:
        """Keep a new key; False when its name is in use."""
        text = key.model_dump_json(exclude={"used"})
        return bool(self._keys.client.hsetnx(self._keys.key(Key.API_KEYS), key.name, text))

    def get(self, name: str) -> StoredKey | None:
        """The key of this name, or None."""
        pipe = self._keys.client.pipeline(transaction=False)
        pipe.hget(self._keys.key(Key.API_KEYS), name)
        pipe.hget(self._keys.key(Key.API_KEYS_USED), name)
        text, used = pipe.execute()
        return _stored(text, used) if text else None

    def all(self) -> tuple[ApiKey, ...]:
        """All keys by name."""
        kept: Mapping[str, str] = self._keys.client.hgetall(self._keys.key(Key.API_KEYS))
        used: Mapping[str, str] = self._keys.client.hgetall(self._keys.key(Key.API_KEYS_USED))
        return tuple(_stored(kept[name], used.get(name)).public for name in sorted(kept))

    def note_use(self, name: str, day: date) -> None:
        """The key was used on this day."""
        self._keys.client.hset(self._keys.key(Key.API_KEYS_USED), name, day.isoformat())

    def set_password(self, name: str, hashed: str) -> bool:
        """Keep the hash of a password; False when there is no key of this name."""
        key = self.get(name)
        if key is None:
            return False
        text = key.model_copy(update={"password": hashed}).model_dump_json(exclude={"used"})
        self._keys.client.hset(self._keys.key(Key.API_KEYS), name, text)
        return True

    def remove(self, name: str) -> bool:
        """Take a key away; False when there is none of this name."""
        pipe = self._keys.client.pipeline()
        pipe.hdel(self._keys.key(Key.API_KEYS), name)
        pipe.hdel(self._keys.key(Key.API_KEYS_USED), name)
        removed, _ = pipe.execute()
        return bool(removed)


def _stored(text: str, used: str | None) -> StoredKey:
    day = date.fromisoformat(used) if used else None
    return StoredKey.model_validate_json(text).model_copy(update={"used": day})
