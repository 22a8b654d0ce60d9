"""Scripts and their named fields, and what is said when Redis does not answer."""

import pytest
import redis

from storage.open import Stores
from storage.redis import connection
from storage.redis.connection import Keyspace, StoreUnavailable, connect, script_source
from storage.redis.keys import Key


def test_a_shared_part_stands_in_the_place_of_its_line() -> None:
    source = script_source("frontier/accept")
    assert "-- include" not in source
    assert source.count("local function enqueue(") == 1
    assert "local function url_key(part1)" in source.splitlines()[0]


def test_an_unknown_script_is_not_found(stores: Stores) -> None:
    with pytest.raises(FileNotFoundError):
        stores.keyspace.run("frontier/unknown")


def test_fields_reach_the_script_by_name(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    source = """local args = cjson.decode(ARGV[1])
    return {args.name, tostring(args.flag), tostring(args.missing), #args.list, ARGV[2],
      string.format("%.6f", args.at)}"""
    monkeypatch.setattr(connection, "script_source", lambda _: source)
    answer = stores.keyspace.run(
        "any", b"blob", name='é"\n', flag=True, missing=None, list=["a", "b"], at=1_800_000_000.125
    )
    assert answer == ['é"\n', "true", "nil", 2, "blob", "1800000000.125000"]


def test_numbers_keep_their_microseconds(stores: Stores) -> None:
    at = 1_764_345_678.123457
    stores.sources.sync(["press"])
    stores.keyspace.client.zadd(stores.keyspace.key(Key.DUE), {"press": 1.0})
    stores.keyspace.run("sources/claim_due", now=2.0, most=1, again=at - 2.0)
    assert stores.sources.next_poll("press") == pytest.approx(at, abs=1e-6)


def test_without_a_server_the_store_is_unavailable(tmp_path: object) -> None:
    keyspace = Keyspace(connect(f"unix://{tmp_path}/none.sock"), "x")
    with pytest.raises(StoreUnavailable, match="is not there: is it running"):
        keyspace.run("frontier/drop_dead", id="1")


def test_a_mistake_of_ours_is_no_outage(stores: Stores) -> None:
    with pytest.raises(redis.ResponseError):
        stores.keyspace.run("frontier/accept", now=1.0)


def test_a_server_that_is_full_cannot_write(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        connection, "script_source", lambda _: "return redis.error_reply('OOM command not allowed')"
    )
    with pytest.raises(StoreUnavailable, match="cannot write"):
        stores.keyspace.run("any")


@pytest.mark.parametrize("decode", [True, False])
def test_answers_are_text_or_bytes(redis_url: str, *, decode: bool) -> None:
    answer = connect(redis_url, decode=decode).echo("x")
    assert answer == ("x" if decode else b"x")
