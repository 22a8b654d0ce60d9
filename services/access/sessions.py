"""Sign in to the pages and out of them, by an API key or by the password of one.

A session's token has 256 random bits and is kept as its SHA-256, as keys are. Passwords are chosen
by people, so they are kept as Argon2id hashes (RFC 9106) with the library's own parameters.
"""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.access.keys import key_of
from services.errors import InvalidKeyError, KeyNotFoundError
from storage.redis.access.api_keys import ApiKey, ApiKeys, StoredKey
from storage.redis.access.sessions import Session, Sessions

LEAST_PASSWORD = 10
_MOST_PASSWORD = 200
_SECRET_BYTES = 32
_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)
_hasher = PasswordHasher()
_NOBODYS = _hasher.hash(secrets.token_urlsafe(_SECRET_BYTES))
"""Compared where a name has no password, so that the time does not tell which names have one."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun; ``token`` goes into the cookie."""

    token: str
    session: Session


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session and the key that it stands for, as it is now."""

    session: Session
    key: ApiKey


def set_password(keys: ApiKeys, name: str, password: str) -> None:
    """Let the owner of a key sign in with a password as well.

    Raises:
        InvalidKeyError: the password is too short or too long.
        KeyNotFoundError: there is no key of this name.
    """
    if not LEAST_PASSWORD <= len(password) <= _MOST_PASSWORD:
        raise InvalidKeyError(
            f"A password has {LEAST_PASSWORD} to {_MOST_PASSWORD} characters, not {len(password)}."
        )
    if not keys.set_password(name, _hasher.hash(password)):
        raise KeyNotFoundError(f"There is no key {name}.")


def sign_in(
    keys: ApiKeys, sessions: Sessions, name: str, secret: str, *, now: float
) -> SignedIn | None:
    """Begin a session; None when the secret is not right.

    Args:
        keys: the API keys.
        sessions: where the session is kept.
        name: of the key; only needed with a password.
        secret: the key itself, or the password of the key with this name.
        now: seconds since the epoch.
    """
    known = key_of(keys, secret, now=now)
    key = keys.get(known.name) if known else _by_password(keys, name, secret)
    if key is None:
        return None
    token = secrets.token_urlsafe(_SECRET_BYTES)
    csrf = secrets.token_urlsafe(_SECRET_BYTES)
    session = Session(name=key.name, csrf=csrf, proof=_proof(key))
    sessions.keep(_digest(token), session)
    return SignedIn(token, session)


def session_of(keys: ApiKeys, sessions: Sessions, token: str) -> KnownSession | None:
    """Whose session a token is.

    None when it ended, its key was revoked (also where the name has a new key), or the password was
    changed.
    """
    if not _TOKEN.fullmatch(token):
        return None
    session = sessions.get(_digest(token))
    key = keys.get(session.name) if session else None
    if session is None or key is None or not compare_digest(session.proof, _proof(key)):
        return None
    return KnownSession(session, key.public)


def sign_out(sessions: Sessions, token: str) -> None:
    """End a session."""
    sessions.end(_digest(token))


def _by_password(keys: ApiKeys, name: str, password: str) -> StoredKey | None:
    key = keys.get(name) if name else None
    kept = key.password if key else None
    if len(password) > _MOST_PASSWORD:
        return None
    try:
        _hasher.verify(kept or _NOBODYS, password)
    except (VerificationError, InvalidHashError):
        return None
    return key if kept else None


def _proof(key: StoredKey) -> str:
    """Changes with the key and with its password."""
    return _digest(f"{key.digest}:{key.password or ''}")


def _digest(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()
