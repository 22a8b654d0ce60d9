"""Settings from the environment."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import Settings, renamed_variables, unknown_variables


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variables and no .env but the test's own."""
    for name in [name for name in os.environ if name.upper().startswith("NEWSLOOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_defaults_need_nothing() -> None:
    settings = Settings()
    assert settings.redis_url is None
    assert settings.index_url is None
    assert settings.allowed_ports == {80, 443}
    assert settings.respect_robots
    assert settings.flower_host == "127.0.0.1"
    assert settings.task_seconds < settings.lease_seconds
    assert settings.fetch_timeout < settings.task_seconds
    assert settings.tantivy_dir.parent == settings.data_dir


def test_the_environment_before_the_file_before_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text("NEWSLOOM_NAMESPACE=from-file\nNEWSLOOM_BATCH_SIZE=7\nOTHER=1\n")
    monkeypatch.setenv("NEWSLOOM_NAMESPACE", "from-env")
    settings = Settings()
    assert (settings.namespace, settings.batch_size, settings.max_attempts) == ("from-env", 7, 5)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ALLOWED_PORTS", "[80, 8080]", frozenset({80, 8080})),
        ("HOST_DELAY", "0", 0.0),
        ("RESPECT_ROBOTS", "false", False),
        ("DATA_DIR", "/somewhere", Path("/somewhere")),
        ("FETCH_TIMEOUT", "2.5", 2.5),
        ("PUBLIC_URL", "https://news.example.org/loom/", "https://news.example.org/loom"),
        ("PUBLIC_URL", "", None),
    ],
)
def test_values_are_read_by_their_types(
    name: str, value: str, expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"NEWSLOOM_{name}", value)
    assert getattr(Settings(), name.lower()) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NAMESPACE", "Upper"),
        ("NAMESPACE", "a:b"),
        ("NAMESPACE", "{a}"),
        ("HOST_DELAY", "-1"),
        ("HOST_CONCURRENCY", "0"),
        ("FETCH_TIMEOUT", "0"),
        ("BATCH_SIZE", "0"),
        ("BATCH_SIZE", "201"),
        ("SIMILARITY", "1.5"),
        ("MAX_PAGE_BYTES", "1"),
        ("USER_AGENT", ""),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "LOUD"),
        ("FLOWER_PORT", "70000"),
        ("FLOWER_AUTH", "nopassword"),
        ("FLOWER_AUTH", ":secret"),
        ("PUBLIC_URL", "news.example.org"),
        ("PUBLIC_URL", "ftp://news.example.org"),
        ("PUBLIC_URL", "https://user:pass@news.example.org"),
        ("PUBLIC_URL", "https://news.example.org/?a=b"),
        ("WEB_PORT", "70000"),
    ],
)
def test_a_value_that_does_not_fit_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"NEWSLOOM_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_INDEX_API_KEY", "hush-key")
    monkeypatch.setenv("NEWSLOOM_FLOWER_AUTH", "user:hush-word")
    settings = Settings()
    assert "hush" not in repr(settings)
    assert "hush" not in settings.model_dump_json()
    assert settings.flower_auth is not None
    assert settings.flower_auth.get_secret_value() == "user:hush-word"


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().batch_size = 3


def test_the_bounds_of_polls_are_in_order() -> None:
    with pytest.raises(
        ValidationError, match="NEWSLOOM_POLL_MIN must not be more than NEWSLOOM_POLL_MAX"
    ):
        Settings.model_validate({"poll_min": 60, "poll_max": 30})


def test_variables_that_are_no_setting_are_found_in_the_environment_and_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NEWSLOOM_HOST_DELY", "5")
    monkeypatch.setenv("NEWSLOOM_TEST_CACHE", "/tmp")
    monkeypatch.setenv("newsloom_host_delay", "5")
    Path(".env").write_text("NEWSLOOM_XYZZY=1\nNEWSLOOM_NAMESPACE=a\nOTHER=1\n")
    assert unknown_variables() == {
        "NEWSLOOM_HOST_DELY": "NEWSLOOM_HOST_DELAY",
        "NEWSLOOM_XYZZY": None,
    }


def test_an_old_name_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_MAX_DEATHS", "7")
    assert Settings().max_crashes == 7
    assert renamed_variables() == {"NEWSLOOM_MAX_DEATHS": "NEWSLOOM_MAX_CRASHES"}
    assert unknown_variables() == {}


def test_an_old_name_is_read_from_the_file() -> None:
    Path(".env").write_text("NEWSLOOM_MAX_DEATHS=7\n")
    assert Settings().max_crashes == 7
    assert renamed_variables() == {"NEWSLOOM_MAX_DEATHS": "NEWSLOOM_MAX_CRASHES"}
    assert Settings(_env_file=None).max_crashes == 3  # type: ignore[call-arg]


def test_a_new_name_wins_over_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_MAX_DEATHS", "7")
    Path(".env").write_text("NEWSLOOM_MAX_CRASHES=5\n")
    assert Settings().max_crashes == 5


def test_the_environment_wins_over_the_file_for_an_old_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("newsloom_max_deaths", "7")
    Path(".env").write_text("NEWSLOOM_MAX_DEATHS=5\n")
    assert Settings().max_crashes == 7


def test_a_bad_value_under_an_old_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_MAX_DEATHS", "0")
    with pytest.raises(ValidationError, match="max_crashes"):
        Settings()


def test_no_old_name_is_given_by_default() -> None:
    assert renamed_variables() == {}
