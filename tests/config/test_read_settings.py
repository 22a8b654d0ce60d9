"""Settings as a process gets them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.read_settings import SettingsError, read_settings, settings_of_process
from config.settings import Settings
from config.variables import variable_of


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variables and no .env but the test's own."""
    for name in [name for name in os.environ if name.upper().startswith("NEWSLOOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


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
