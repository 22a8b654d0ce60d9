"""Settings from the environment."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pydantic import ValidationError

from config.settings import Settings

pytestmark = pytest.mark.usefixtures("bare")


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
        ("WEB_HOSTS", "News.example, 10.0.0.5,[::1]", {"news.example", "10.0.0.5", "::1"}),
        ("WEB_HOSTS", '["a.example", "b.example"]', {"a.example", "b.example"}),
        ("WEB_HOSTS", "", frozenset()),
        ("WEB_ORIGINS", "https://Dash.example:81/", {"https://dash.example:81"}),
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
        ("WEB_HOSTS", "a.example:80"),
        ("WEB_HOSTS", "https://a.example"),
        ("WEB_ORIGINS", "dash.example"),
        ("WEB_ORIGINS", "https://dash.example/x"),
        ("WEB_ORIGINS", "*"),
        ("HOST_CONCURRENCY", "0"),
        ("FETCH_TIMEOUT", "0"),
        ("BATCH_SIZE", "0"),
        ("BATCH_SIZE", "201"),
        ("SIMILARITY", "1.5"),
        ("MAX_PAGE_BYTES", "1"),
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


def test_an_old_name_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_MAX_DEATHS", "7")
    assert Settings().max_crashes == 7


def test_an_old_name_is_read_from_the_file() -> None:
    Path(".env").write_text("NEWSLOOM_MAX_DEATHS=7\n")
    assert Settings().max_crashes == 7
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


def test_paths_are_of_the_folder_of_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NEWSLOOM_DATA_DIR", "data")
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("NEWSLOOM_ARCHIVE_DIR", "~/pages")
    settings = Settings()
    monkeypatch.chdir("/")
    assert settings.data_dir == tmp_path / "data"
    assert settings.sources == tmp_path / "data" / "sources.yaml"
    assert settings.archive_dir == Path("/home/somebody/pages")


def test_another_process_gets_the_same_settings_wherever_it_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text("NEWSLOOM_DATA_DIR=data\nNEWSLOOM_INDEX_API_KEY='a$b#c'\n")
    monkeypatch.setenv("NEWSLOOM_ALLOWED_PORTS", "[80, 1200]")
    settings = Settings(max_attempts=7)
    monkeypatch.chdir("/")
    monkeypatch.delenv("NEWSLOOM_ALLOWED_PORTS")
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_POLL_INTERVAL", "")
    monkeypatch.setenv("NEWSLOOM_REDIS_URL", "")
    assert (Settings().poll_interval, Settings().redis_url) == (None, None)


PASSWORD = "a/b+c@d:e%f#g?h&i $j'k\"l"


def test_a_password_that_is_given_apart_is_put_into_the_address() -> None:
    settings = Settings.model_validate(
        {
            "redis_url": "redis://redis:6379/0",
            "redis_password": PASSWORD,
            "index_url": "http://elasticsearch:9200",
            "index_password": PASSWORD,
        }
    )
    redis_parts, index_parts = urlsplit(settings.redis_address), urlsplit(settings.index_address)
    assert unquote(redis_parts.password or "") == unquote(index_parts.password or "") == PASSWORD
    assert (redis_parts.username, redis_parts.hostname) == ("", "redis")
    assert (index_parts.username, index_parts.hostname) == ("elastic", "elasticsearch")
    assert settings.index_url == "http://elasticsearch:9200"
    assert PASSWORD not in repr(settings)


def test_the_user_of_the_address_is_kept() -> None:
    values = {"index_url": "https://reader@search.example/es", "index_password": "word"}
    address = Settings.model_validate(values).index_address
    assert address == "https://reader:word@search.example/es"


def test_without_a_password_the_address_is_as_it_was_given() -> None:
    given = "redis://:a%2Fb@redis:6379/0"
    assert Settings.model_validate({"redis_url": given}).redis_address == given
    assert Settings().redis_address is None
    assert Settings().index_address is None


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"redis_password": "a"}, "NEWSLOOM_REDIS_URL is not"),
        ({"index_password": "a"}, "NEWSLOOM_INDEX_URL is not"),
        ({"redis_url": "redis://:b@redis:6379/0", "redis_password": "a"}, "has one too"),
    ],
)
def test_a_password_is_given_in_one_place(values: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Settings.model_validate(values)
