"""No password is written anywhere, whatever fails at the start, and whatever is in it.

Each secret has a mark before and one behind a character that is special in URLs, so that a piece of
it is noticed as well as all of it.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import get_args
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from config.settings import Settings
from config.variables import variable_of
from tests.cli.conftest import Newsloom
from workers.processes.command_lines import command_lines

MARKS = ("marka7", "markz9")
SHAPES = ("#", "@", ":", "/", "?", "%zz", "%23", " ", '"', "'", "[", "\\", "ü")
NOWHERE = "127.0.0.1:1"


def is_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(map(is_secret, get_args(annotation)))


SECRETS = sorted(
    name
    for name, field in Settings.model_fields.items()
    if is_secret(field.annotation) or is_secret(field.rebuild_annotation())
)
ADDRESSES = sorted({*(n for n in Settings.model_fields if n.endswith("_url")), "proxy"})
SCHEMES = {
    "redis_url": "redis",
    "index_url": "http",
    "proxy": "http",
    "public_url": "https",
    "tracing_url": "http",
}


def password(shape: str) -> str:
    return shape.join(MARKS)


def raw(shape: str) -> dict[str, str]:
    """Passwords in addresses as a person may type them."""
    return {
        name: f"{SCHEMES[name]}://user:{password(shape)}@{NOWHERE}" for name in ADDRESSES
    } | only_secrets(shape)


def wrong_scheme(shape: str) -> dict[str, str]:
    return {name: f"gopher://user:{password(shape)}@{NOWHERE}" for name in ADDRESSES}


def as_port(shape: str) -> dict[str, str]:
    return {
        name: f"{SCHEMES[name]}://127.0.0.1:{password(shape)}" for name in ADDRESSES
    } | only_secrets(shape)


def only_secrets(shape: str) -> dict[str, str]:
    """Secrets that are no addresses; Flower's where its user was forgotten."""
    return {name: password(shape) for name in SECRETS if name not in ADDRESSES}


def fitting(shape: str) -> dict[str, str]:
    """Settings that fit, and nothing listens where they lead."""
    encoded = quote(password(shape), safe="")
    addresses = {name: f"{SCHEMES[name]}://user:{encoded}@{NOWHERE}" for name in ADDRESSES}
    bare = {"public_url": "", "tracing_url": ""}  # these may have no password
    return {**addresses, **bare, "flower_auth": f"user:{password(shape)}"}


def apart(shape: str) -> dict[str, str]:
    """As ``fitting``, with the passwords apart."""
    return {
        "redis_url": f"redis://{NOWHERE}",
        "redis_password": password(shape),
        "index_url": f"http://{NOWHERE}",
        "index_password": password(shape),
        "index_api_key": password(shape),
    }


def check(text: str, folder: Path) -> None:
    """Neither what was printed nor a file of the data folder has a mark."""
    written = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    everything = text + b"".join(written).decode(errors="replace")
    assert [mark for mark in MARKS if mark in everything] == [], everything[-2000:]
    assert "Traceback" not in everything, everything[-2000:]


def test_all_secrets_are_here() -> None:
    assert SECRETS == ["flower_auth", "index_api_key", "index_password", "proxy", "redis_password"]
    assert set(SCHEMES) == set(ADDRESSES)


@pytest.mark.parametrize("make", [raw, wrong_scheme, as_port, fitting, apart])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_command_that_fails_writes_no_secret(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, make: object, shape: str
) -> None:
    assert callable(make)
    for name, value in make(shape).items():
        monkeypatch.setenv(variable_of(name), value)
    commands = [("status",), ("search", "ferry"), ("crawl", "http://a.example/"), ("reconcile",)]
    if make in (raw, wrong_scheme, as_port):
        commands.append(("up",))
    for command in commands:
        result = newsloom(*command)
        assert result.code, command
        check(result.out + result.err, tmp_path)


PROCESSES = command_lines(Settings(_env_file=None))  # type: ignore[call-arg]  # pydantic-settings' own argument


@pytest.mark.parametrize("role", ["web", "index", "beat", "flower"])
@pytest.mark.parametrize("make", [raw, fitting])
def test_a_process_that_fails_writes_no_secret(tmp_path: Path, role: str, make: object) -> None:
    assert callable(make)
    own = {variable_of(name): value for name, value in make("#").items()}
    ours = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLOOM_")}
    variables = {"NEWSLOOM_DATA_DIR": str(tmp_path / "data"), "NEWSLOOM_WEB_PORT": "0"}
    command = [sys.executable, "-m", *PROCESSES[role]]
    if role == "flower":
        command = [part for part in command if not part.startswith("--port")] + ["--port=0"]
    output = tmp_path / "output.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            command, env={**ours, **variables, **own}, cwd=Path.cwd(), stdout=log, stderr=log
        )
        try:
            _wait(process, output)
        finally:
            process.kill()
            process.wait()
    assert output.read_bytes()
    check("", tmp_path)


def _wait(process: "subprocess.Popen[bytes]", output: Path) -> None:
    """Until it has ended, or has said that nothing answers, and a moment longer."""
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        if b"refuses the connection" in output.read_bytes() or b"running on" in output.read_bytes():
            time.sleep(0.5)
            return
        time.sleep(0.1)
