"""``newsloom keys``."""

import io
import json
import sys

import pytest

from services.access.keys import key_of
from storage.open import Stores
from tests.cli.conftest import Newsloom, Result


def test_a_key_is_printed_once_and_opens(newsloom: Newsloom, stores: Stores) -> None:
    made = newsloom("keys", "add", "ann", "--scope", "write")
    assert (made.code, made.sentence) == (0, "The key of ann (write); it is not shown again:")
    found = key_of(stores.api_keys, made.out.strip(), now=0.0)
    assert found is not None
    assert (found.name, found.scope) == ("ann", "write")

    listed = newsloom("keys", "list")
    assert "ann" in listed.out
    assert "1970-01-01" in listed.out
    assert made.out.strip() not in listed.out
    [key] = map(json.loads, newsloom("keys", "list", "--json").out.splitlines())
    assert set(key) == {"name", "scope", "created", "used"}


def test_json_has_the_key(newsloom: Newsloom, stores: Stores) -> None:
    made = json.loads(newsloom("keys", "add", "bob", "--json").out)
    assert (made["name"], made["scope"], made["used"]) == ("bob", "read", None)
    assert key_of(stores.api_keys, made["key"], now=0.0)


def test_a_revoked_key_opens_nothing(newsloom: Newsloom, stores: Stores) -> None:
    token = newsloom("keys", "add", "ann").out.strip()
    assert newsloom("keys", "revoke", "ann").sentence == "The key of ann is revoked."
    assert key_of(stores.api_keys, token, now=0.0) is None
    again = newsloom("keys", "revoke", "ann")
    assert (again.code, again.sentence) == (1, "There is no key ann.")
    assert newsloom("keys", "list").sentence == "There are no keys."


def test_a_password_is_read_from_stdin(
    newsloom: Newsloom, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(name: str, password: str) -> Result:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
        return newsloom("keys", "password", name)

    newsloom("keys", "add", "ann")
    done = told("ann", "a password of some length")
    assert done.sentence == "ann can sign in with this password."
    kept = stores.api_keys.get("ann")
    assert kept is not None
    assert kept.password is not None
    assert told("ann", "short").code == 2
    assert told("bob", "a password of some length").code == 1


def test_what_does_not_fit_is_wrong_usage(newsloom: Newsloom) -> None:
    newsloom("keys", "add", "ann")
    for arguments in (["add", "ann"], ["add", "Ann"], ["add", "bob", "--scope", "all"], ["revoke"]):
        assert newsloom("keys", *arguments).code == 2
