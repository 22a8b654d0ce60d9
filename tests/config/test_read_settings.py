"""Settings as a process gets them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.read_settings import _SECRETS, SettingsError, read_settings, settings_of_process
from config.settings import Settings
from config.variables import variable_of

pytestmark = pytest.mark.usefixtures("bare")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HOST_DELAY", "soon", 'NEWSLOOM_HOST_DELAY: expected a number (given: "soon")'),
        ("ALLOWED_PORTS", "http", "expected port numbers such as 80,443"),
        ("ALLOWED_PORTS", "80,99999", "expected at most 65535"),
        ("LOG_LEVEL", "LOUD", "expected 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("REDIS_URL", "geheim", "expected redis://[:password@]host:port/db or unix:///path"),
        ("INDEX_URL", "geheim", "expected https://[user:password@]host:port"),
        ("PROXY", "socks://a:geheim@b", "expected http://[user:password@]host:port"),
        ("FLOWER_AUTH", "geheim", "expected user:password"),
        ("PUBLIC_URL", "here", "expected https://host, with or without a path"),
        ("NAMESPACE", "My News", "expected lower-case letters, digits and hyphens"),
        ("TASK_SECONDS", "900", "NEWSLOOM_TASK_SECONDS must be less than NEWSLOOM_LEASE_SECONDS"),
    ],
)
def test_what_does_not_fit_is_a_sentence_with_its_variable(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"NEWSLOOM_{name}", value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    message = str(caught.value)
    assert f"NEWSLOOM_{name}" in message
    assert sentence in message
    assert "geheim" not in message


MALFORMED = [
    "geheim",
    "geheim:",
    "//geheim",
    "http://user:geheim/x@host.example:3128",
    "http://user:1geheim/x@host.example",
    "http://user:12/geheim@host.example:9200",
    "http://user:12?geheim@host.example:9200",
    "http://user:12#geheim@host.example:9200",
    "http://:pa\u2100geheim@host.example",
    "http://user:[geheim]@host.example",
    "http://user:[geheim@host.example",
    "http://user@host.example:geheim",
    "ftp://user:geheim@host.example",
    "redis://:geheim/x@host.example:6379",
    "redis://:12/geheim@host.example:6379",
    "redis://user:12/geheim@host.example:6379",
    "redis://user:12?geheim@host.example:6379",
    "redis://user:12#geheim@host.example:6379",
    "redis://:pa\u2100geheim@host.example/0",
    "redis://:[geheim@host.example/0",
    "redis://host.example/geheim",
    "redis://host.example/0?geheim=1",
    "redis://host.example/0?password=geheim",
    "rediss://host.example/0?ssl_cert_reqs=geheim",
    "rediss://host.example/0?ssl_geheim=1",
    "unix://geheim",
    "unix:///run/redis.sock?db=geheim",
    "user:geheim,1",
    "[geheim",
    '{"geheim": 1}',
]


@pytest.mark.parametrize("name", sorted(_SECRETS))
@pytest.mark.parametrize("value", MALFORMED)
def test_no_form_of_a_secret_is_repeated(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable_of(name), value)
    try:
        read_settings()
        message = ""
    except SettingsError as error:
        message = str(error)
    assert "geheim" not in message
    assert "does not fit" not in message


def test_a_password_in_a_public_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_PUBLIC_URL", "https://me:geheim/x@news.example.org")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert str(caught.value) == "NEWSLOOM_PUBLIC_URL: expected https://host, with or without a path"


@pytest.mark.parametrize("name", list(Settings.model_fields))
@pytest.mark.parametrize("value", ["", "?", "-1", "[[]]", "{}"])
def test_no_setting_speaks_pydantic(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable_of(name), value)
    try:
        read_settings()
        message = ""
    except SettingsError as error:
        message = str(error)
    assert not any(word in message for word in ("Input", "Value error", "does not fit", "String"))


def test_a_file_that_is_no_text_is_an_error() -> None:
    Path(".env").write_bytes(b"NEWSLOOM_NAMESPACE=caf\xe9\n")
    with pytest.raises(SettingsError, match="not text in UTF-8"):
        read_settings()


@pytest.mark.parametrize("module", ["web", "workers.celery"])
def test_a_process_ends_with_the_sentence_and_no_traceback(module: str) -> None:
    environment = {**os.environ, "NEWSLOOM_BATCH_SIZE": "many"}
    command = [sys.executable, "-m", module]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == ('Error: NEWSLOOM_BATCH_SIZE: expected a whole number (given: "many")\n')


def test_settings_that_fit_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_BATCH_SIZE", "7")
    assert settings_of_process().batch_size == 7
