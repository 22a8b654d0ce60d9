"""Sessions of the pages: who signed in, by the digest of the cookie's token."""

from hashlib import sha256

from pipeline.base import Record
from storage.redis.connection import Keyspace
from storage.redis.keys import Key

LASTS = 14 * 86_400
"""Seconds after its last use that a session ends."""

RENEWED_AFTER = 3_600
"""Seconds after which a use makes it last longer: not each request has to write."""


class Session(Record):
    """Somebody who signed in.

    Attributes:
        name: of the API key, which says what this person may do.
        csrf: the token that the session's forms carry.
        proof: of the key and its password at that time; another one ends the session.
    """

    name: str
    csrf: str
    proof: str


class Sessions:
    """The sessions of one deployment."""

    def __init__(self, keyspace: Keyspace) -> None:
        self._keys = keyspace

    def keep(self, digest: str, session: Session) -> None:
        """Begin a session."""
        key = self._keys.key(Key.SESSION, digest)
        self._keys.client.set(key, session.model_dump_json(), ex=LASTS)

    def get(self, digest: str) -> Session | None:
        """The session, which lasts longer by its use; None when it has ended."""
        key = self._keys.key(Key.SESSION, digest)
        pipe = self._keys.client.pipeline(transaction=False)
        pipe.get(key)
        pipe.ttl(key)
        text, left = pipe.execute()
        if text is None:
            return None
        if left < LASTS - RENEWED_AFTER:
            self._keys.client.expire(key, LASTS)
        return Session.model_validate_json(text)

    def proxied_csrf(self, name: str, made: str) -> str:
        """The forms' token of somebody whom a trusted proxy names: ``made`` at the first request.

        It is no session: nobody is identified by it.
        """
        key = self._keys.key(Key.PROXIED_CSRF, sha256(name.encode(errors="replace")).hexdigest())
        pipe = self._keys.client.pipeline()
        pipe.set(key, made, nx=True)
        pipe.expire(key, LASTS)
        pipe.get(key)
        return str(pipe.execute()[-1])

    def end(self, digest: str) -> None:
        """End a session."""
        self._keys.client.delete(self._keys.key(Key.SESSION, digest))
