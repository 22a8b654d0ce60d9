"""API keys: made once, told by their tokens, revoked."""

from datetime import date

import pytest

from services.access.keys import add_key, key_of, list_keys, revoke_key
from services.errors import InvalidKeyError, KeyExistsError, KeyNotFoundError
from storage.open import Stores
from storage.redis.access.api_keys import Scope

NOW = 1_512_000_000.0  # 2017-11-30
DAY = 86_400.0


def test_a_token_leads_to_its_key_and_notes_the_day(stores: Stores) -> None:
    keys = stores.api_keys
    made = add_key(keys, "ann", Scope.WRITE, now=NOW)
    assert made.key.used is None
    assert [key.used for key in list_keys(keys)] == [None]

    found = key_of(keys, made.token, now=NOW)
    assert found is not None
    assert (found.name, found.scope, found.used) == ("ann", Scope.WRITE, date(2017, 11, 30))
    key_of(keys, made.token, now=NOW + DAY)
    assert [key.used for key in list_keys(keys)] == [date(2017, 12, 1)]


def test_neither_secret_nor_token_is_kept(stores: Stores) -> None:
    token = add_key(stores.api_keys, "ann", Scope.READ, now=NOW).token
    client = stores.keyspace.client
    kept = [client.hgetall(key) for key in client.scan_iter(stores.keyspace.pattern())]
    secret = token.removeprefix("newsloom_ann_")
    assert len(secret) == 43  # 256 bits
    assert "ann" in str(kept)
    assert secret not in str(kept)


def test_other_tokens_lead_nowhere(stores: Stores) -> None:
    keys = stores.api_keys
    token = add_key(keys, "ann", Scope.READ, now=NOW).token
    other = add_key(keys, "bob", Scope.READ, now=NOW).token
    secret = other.removeprefix("newsloom_bob_")
    wrong = ("", "newsloom_ann_", token[:-1], f"{token}x", token.removeprefix("newsloom_"),
             f"newsloom_ann_{secret}", "newsloom_eve_x", "newsloom__x", "x" * 10_000,
             "newsloom_ann_\ud800", f"newsloom_ann\n_{secret}")  # fmt: skip
    assert [given for given in wrong if key_of(keys, given, now=NOW)] == []


def test_a_revoked_key_is_gone_and_its_name_free_again(stores: Stores) -> None:
    keys = stores.api_keys
    old = add_key(keys, "ann", Scope.READ, now=NOW).token
    with pytest.raises(KeyExistsError, match="There is a key ann"):
        add_key(keys, "ann", Scope.ADMIN, now=NOW)
    key_of(keys, old, now=NOW)
    revoke_key(keys, "ann")
    assert key_of(keys, old, now=NOW) is None
    with pytest.raises(KeyNotFoundError):
        revoke_key(keys, "ann")
    assert add_key(keys, "ann", Scope.ADMIN, now=NOW).token != old
    assert key_of(keys, old, now=NOW) is None
    assert [(key.name, key.used) for key in list_keys(keys)] == [("ann", None)]


@pytest.mark.parametrize("name", ["", "Ann", "a b", "a_b", "-a", "a" * 33, "é", "a\n"])
def test_a_name_that_does_not_fit_is_refused(stores: Stores, name: str) -> None:
    with pytest.raises(InvalidKeyError):
        add_key(stores.api_keys, name, Scope.READ, now=NOW)


def test_scopes_hold_those_before_them() -> None:
    covered = {scope: [other for other in Scope if scope.covers(other)] for scope in Scope}
    assert covered == {
        Scope.READ: [Scope.READ],
        Scope.WRITE: [Scope.READ, Scope.WRITE],
        Scope.ADMIN: [Scope.READ, Scope.WRITE, Scope.ADMIN],
    }
