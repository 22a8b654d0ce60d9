"""API keys: add, list, revoke, and tell whose a token is.

A token is ``newsloom_NAME_SECRET``. The secret has 256 random bits, so that nobody can try them
out: its SHA-256 is kept, and no slow hash, which is for passwords that people choose. Digests are
compared in constant time.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest

from services.errors import InvalidKeyError, KeyExistsError, KeyNotFoundError
from storage.redis.access.api_keys import ApiKey, ApiKeys, Scope, StoredKey

_PREFIX = "newsloom_"
_SECRET_BYTES = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,31}")
_LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made, and its token, which is shown this once."""

    key: ApiKey
    token: str


def add_key(keys: ApiKeys, name: str, scope: Scope, *, now: float) -> NewKey:
    """Make a key.

    Args:
        keys: where it is kept.
        name: who will have it: lower-case letters, digits, ``.`` and ``-``, 32 at most.
        scope: what it allows.
        now: seconds since the epoch.

    Raises:
        InvalidKeyError: the name does not fit.
        KeyExistsError: the name is in use.
    """
    if not _NAME.fullmatch(name):
        raise InvalidKeyError(
            f"“{name}” cannot be the name of a key: expected lower-case letters, digits, '.' and"
            " '-', with a letter or digit first, at most 32 in all."
        )
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    key = StoredKey(name=name, scope=scope, created=now, digest=_digest(secret))
    if not keys.add(key):
        raise KeyExistsError(f"There is a key {name}; revoke it first, or choose another name.")
    return NewKey(key.public, f"{_PREFIX}{name}_{secret}")


def list_keys(keys: ApiKeys) -> tuple[ApiKey, ...]:
    """All keys by name, without what would let anybody use them."""
    return keys.all()


def revoke_key(keys: ApiKeys, name: str) -> None:
    """Take a key away; the next request with it is refused.

    Raises:
        KeyNotFoundError: there is none of this name.
    """
    if not keys.remove(name):
        raise KeyNotFoundError(f"There is no key {name}.")


def key_of(keys: ApiKeys, token: str, *, now: float) -> ApiKey | None:
    """The key that a token belongs to, noted as used today; None when it is none of ours.

    Args:
        keys: where they are kept.
        token: as it was given.
        now: seconds since the epoch.
    """
    name, _, secret = token.removeprefix(_PREFIX).partition("_")
    is_ours = len(token) <= _LONGEST_TOKEN and token.startswith(_PREFIX)
    if not is_ours or not _NAME.fullmatch(name):
        return None
    key = keys.get(name)
    if key is None or not compare_digest(key.digest, _digest(secret)):
        return None
    today = datetime.fromtimestamp(now, UTC).date()
    if key.used != today:
        keys.note_use(name, today)
    return key.public.model_copy(update={"used": today})


def _digest(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()
