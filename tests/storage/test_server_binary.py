"""One redis-server for a data folder, with the two that the test's machine has."""

import json
import os
from pathlib import Path

import pytest

from storage.embedded_redis import EmbeddedRedisError, embedded_redis
from storage.redis.connection import connect
from storage.server_binary import ServerBinary, note_server, server_binary, server_for

OLD = '#!/bin/sh\necho "Redis server v=6.2.14 sha=0:0 malloc=libc bits=64 build=0"\n'
NEW = OLD.replace("6.2.14", "7.0.15")
OTHER = '#!/bin/sh\necho "Valkey server v=9.0.0 sha=0:0 malloc=libc bits=64 build=0"\n'


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the only place where programs are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr("sysconfig.get_path", lambda _name: str(folder))
    monkeypatch.setenv("PATH", f"{folder}")
    return folder


def noted(files: Path) -> dict[str, object]:
    read: dict[str, object] = json.loads((files / "server.json").read_text())
    return read


def test_the_server_that_writes_is_noted_and_used_again(tmp_path: Path) -> None:
    with embedded_redis(tmp_path) as url, connect(url) as client:
        client.set("kept", "yes")
    files = tmp_path / "redis"
    assert noted(files)["path"] == server_binary()
    assert server_for(files).path == server_binary()


def test_another_server_comes_first_in_the_path_and_the_data_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedded_redis(tmp_path / "data") as url, connect(url) as client:
        client.set("kept", "yes")
    program(tmp_path / "bin" / "redis-server", OLD)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert server_binary() == str(tmp_path / "bin" / "redis-server")

    with embedded_redis(tmp_path / "data") as url, connect(url) as client:
        assert client.get("kept") == "yes"


def test_an_older_server_alone_is_refused_with_a_sentence(tmp_path: Path, only: Path) -> None:
    files = tmp_path / "redis"
    files.mkdir()
    note_server(files, ServerBinary("/gone/redis-server", "Redis", (7, 0)))
    program(only / "redis-server", OLD)

    with pytest.raises(EmbeddedRedisError) as refused, embedded_redis(tmp_path):
        pass
    assert str(refused.value) == (
        f"the data in {files} was written by Redis 7.0 and cannot be read here:"
        f" {only / 'redis-server'} is Redis 6.2;"
        " install such a server, or choose another NEWSLOOM_DATA_DIR"
    )


def test_a_folder_without_a_note_tells_by_its_files(tmp_path: Path, only: Path) -> None:
    (tmp_path / "appendonlydir").mkdir()
    (tmp_path / "appendonlydir" / "appendonly.aof.manifest").write_text("file x seq 1 type b\n")
    program(only / "redis-server", OLD)
    with pytest.raises(EmbeddedRedisError, match=r"of version 7\.0 .* is Redis 6\.2"):
        server_for(tmp_path)


def test_a_later_server_of_the_same_make_may_follow(tmp_path: Path, only: Path) -> None:
    program(only / "redis-server", OLD)
    note_server(tmp_path, ServerBinary("/gone/redis-server", "Redis", (6, 0)))
    assert server_for(tmp_path).version == (6, 2)


def test_a_server_of_another_make_is_refused(tmp_path: Path, only: Path) -> None:
    program(only / "redis-server", OTHER)
    note_server(tmp_path, ServerBinary("/gone/redis-server", "Redis", (7, 0)))
    with pytest.raises(EmbeddedRedisError, match=r"written by Redis 7\.0 .* is Valkey 9\.0"):
        server_for(tmp_path)
    assert server_for(only).make == "Valkey"


def test_the_data_of_two_servers_is_for_a_person_to_choose_from(tmp_path: Path, only: Path) -> None:
    program(only / "redis-server", NEW)
    (tmp_path / "appendonly.aof").write_text("*1\r\n")
    (tmp_path / "appendonlydir").mkdir()
    (tmp_path / "appendonlydir" / "appendonly.aof.1.base.rdb").write_text("x")
    with pytest.raises(EmbeddedRedisError, match="two Redis servers have written"):
        server_for(tmp_path)
    (tmp_path / "appendonly.aof").write_text("")
    assert server_for(tmp_path).version == (7, 0)


def test_a_broken_note_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text("[]")
    assert server_for(tmp_path).path == server_binary()


def test_no_server_to_run_says_what_to_do(only: Path) -> None:
    with pytest.raises(EmbeddedRedisError, match=r"install.*NEWSLOOM_REDIS_URL"):
        server_binary()
    with pytest.raises(EmbeddedRedisError), embedded_redis(only):
        pass


def test_a_folder_of_valkey_without_a_note_is_used_by_valkey(tmp_path: Path, only: Path) -> None:
    (tmp_path / "appendonlydir").mkdir()
    (tmp_path / "appendonlydir" / "appendonly.aof.manifest").write_text("file x seq 1 type b\n")
    program(only / "redis-server", OTHER)
    assert server_for(tmp_path).make == "Valkey"


def test_a_program_that_a_folder_names_is_not_run_unless_it_is_a_server(tmp_path: Path) -> None:
    for name in ("trap", "redis-server"):
        program(tmp_path / "bin" / name, f"#!/bin/sh\ntouch {tmp_path / 'run'}\n{OLD[10:]}")
        note_server(tmp_path, ServerBinary(str(tmp_path / "bin" / name), "Redis", (6, 0)))
        assert server_for(tmp_path).path.endswith("redis-server")
        assert (tmp_path / "run").exists() == (name == "redis-server")
