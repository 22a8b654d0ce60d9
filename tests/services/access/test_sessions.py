import pytest

from services.access.keys import add_key, revoke_key
from services.access.sessions import (
    LEAST_PASSWORD,
    KnownSession,
    session_of,
    set_password,
    sign_in,
    sign_out,
)
from services.errors import InvalidKeyError, KeyNotFoundError
from storage.open import Stores
from storage.redis.access.api_keys import Scope
from storage.redis.access.sessions import LASTS, RENEWED_AFTER
from storage.redis.keys import Key

PASSWORD = "correct horse battery"
NOW = 1_800_000_000.0


@pytest.fixture
def token(stores: Stores) -> str:
    """The key of ``ada``, who has a password too."""
    made = add_key(stores.api_keys, "ada", Scope.WRITE, now=NOW)
    set_password(stores.api_keys, "ada", PASSWORD)
    return made.token


def signed_in(stores: Stores, name: str, secret: str) -> KnownSession | None:
    session = sign_in(stores.api_keys, stores.sessions, name, secret, now=NOW)
    return session_of(stores.api_keys, stores.sessions, session.token) if session else None


def test_a_key_signs_in_whatever_the_name(stores: Stores, token: str) -> None:
    for name in ("", "ada", "somebody else"):
        known = signed_in(stores, name, token)
        assert known is not None
        assert known.key.name == "ada"
        assert known.key.scope is Scope.WRITE


def test_a_password_signs_in_with_its_name(stores: Stores, token: str) -> None:
    assert token
    known = signed_in(stores, "ada", PASSWORD)
    assert known is not None
    assert known.session.csrf


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("ada", "wrong"),
        ("ada", ""),
        ("", PASSWORD),
        ("bob", PASSWORD),
        ("ada", "x" * 1_000_000),
        ("ada", "newsloom_ada_" + "A" * 43),
    ],
)
def test_nothing_else_does(stores: Stores, token: str, name: str, secret: str) -> None:
    assert token
    assert signed_in(stores, name, secret) is None


def test_a_key_without_a_password_takes_none(stores: Stores) -> None:
    add_key(stores.api_keys, "bob", Scope.READ, now=NOW)
    assert signed_in(stores, "bob", "") is None


@pytest.mark.parametrize("password", ["", "x" * (LEAST_PASSWORD - 1), "x" * 201])
def test_a_password_has_a_length(stores: Stores, token: str, password: str) -> None:
    assert token
    with pytest.raises(InvalidKeyError, match=f"not {len(password)}"):
        set_password(stores.api_keys, "ada", password)


def test_a_password_needs_a_key(stores: Stores) -> None:
    with pytest.raises(KeyNotFoundError, match="no key bob"):
        set_password(stores.api_keys, "bob", PASSWORD)


def test_what_is_kept_tells_neither_password_nor_token(stores: Stores, token: str) -> None:
    session = sign_in(stores.api_keys, stores.sessions, "ada", PASSWORD, now=NOW)
    assert session is not None
    client = stores.keyspace.client
    names = list(client.scan_iter(match=f"{stores.keyspace.prefix}*"))
    kept = " ".join(names)
    for name in names:
        kept += str(client.hgetall(name) if client.type(name) == "hash" else client.get(name))
    for secret in (PASSWORD, session.token, token.rpartition("_")[2]):
        assert secret not in kept
    assert all("password" not in key.model_dump() for key in stores.api_keys.all())


def test_a_session_ends_when_it_is_ended_or_its_key_is_revoked(stores: Stores, token: str) -> None:
    one = sign_in(stores.api_keys, stores.sessions, "", token, now=NOW)
    two = sign_in(stores.api_keys, stores.sessions, "", token, now=NOW)
    assert one is not None
    assert two is not None
    sign_out(stores.sessions, one.token)
    assert session_of(stores.api_keys, stores.sessions, one.token) is None
    assert session_of(stores.api_keys, stores.sessions, two.token) is not None
    revoke_key(stores.api_keys, "ada")
    assert session_of(stores.api_keys, stores.sessions, two.token) is None


def test_a_session_lasts_longer_by_its_use(stores: Stores, token: str) -> None:
    session = sign_in(stores.api_keys, stores.sessions, "", token, now=NOW)
    assert session is not None
    client = stores.keyspace.client
    (key,) = client.scan_iter(match=stores.keyspace.pattern(Key.SESSION))
    assert client.ttl(key) == LASTS
    client.expire(key, LASTS - RENEWED_AFTER - 10)
    assert session_of(stores.api_keys, stores.sessions, session.token) is not None
    assert client.ttl(key) == LASTS


def test_a_new_key_of_the_same_name_is_another_one(stores: Stores, token: str) -> None:
    session = sign_in(stores.api_keys, stores.sessions, "", token, now=NOW)
    assert session is not None
    revoke_key(stores.api_keys, "ada")
    add_key(stores.api_keys, "ada", Scope.ADMIN, now=NOW)
    assert session_of(stores.api_keys, stores.sessions, session.token) is None


def test_a_new_password_ends_all_sessions(stores: Stores, token: str) -> None:
    session = sign_in(stores.api_keys, stores.sessions, "", token, now=NOW)
    assert session is not None
    set_password(stores.api_keys, "ada", "another long password")
    assert session_of(stores.api_keys, stores.sessions, session.token) is None


def test_the_forms_token_of_a_proxied_user_is_no_session(stores: Stores, token: str) -> None:
    assert token
    made = stores.sessions.proxied_csrf("ada", "first")
    assert made == "first"
    assert stores.sessions.proxied_csrf("ada", "second") == "first"
    for guess in ("ada", "proxy:ada", made, "", "x" * 43):
        assert session_of(stores.api_keys, stores.sessions, guess) is None
