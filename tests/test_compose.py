"""docker-compose.yml says what docs/operations.md promises, as a real compose reads it."""

import os
import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from podman_compose import rec_subs

from cli.main import newsloom
from config.settings import Settings

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "docker-compose.yml"
SECRETS = {
    "REDIS_PASSWORD": "redis-secret",
    "ELASTIC_PASSWORD": "elastic-secret",
    "FLOWER_AUTH": "editor:flower-secret",
    "NEWSLOOM_USER_AGENT": "Newsloom/0.1 (+https://example.org/bot)",
}
VARIABLES = {f"NEWSLOOM_{name.upper()}" for name in Settings.model_fields}
NEWSLOOM = ("crawl", "process", "index", "beat", "web", "flower")


def read(secrets: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The services, with variables put in by podman-compose's own rules.

    It needs no engine for that.

    Raises:
        ValueError: a variable that must be set is not.
    """
    found: dict[str, dict[str, Any]] = rec_subs(yaml.safe_load(COMPOSE.read_text()), secrets)[
        "services"
    ]
    return found


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    return read(SECRETS)


def variables(service: dict[str, Any]) -> dict[str, str]:
    given = service.get("environment") or {}
    return (
        dict(one.split("=", 1) for one in given)
        if isinstance(given, list)
        else {k: str(v) for k, v in given.items()}
    )


def words(command: str | list[str]) -> list[str]:
    return command.split() if isinstance(command, str) else command


def test_the_services_are_these(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == {"redis", "elasticsearch", *NEWSLOOM}


@pytest.mark.parametrize("missing", [*SECRETS])
def test_a_missing_secret_is_named(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        read({name: value for name, value in SECRETS.items() if name != missing})


def test_redis_keeps_everything_and_asks_for_a_password(
    services: dict[str, dict[str, Any]],
) -> None:
    command = " ".join(words(services["redis"]["command"]))

    for option in (
        "--appendonly yes",
        "--appendfsync everysec",
        "--maxmemory-policy noeviction",
        "--requirepass redis-secret",
    ):
        assert option in command
    assert services["redis"]["volumes"] != []
    assert variables(services["redis"])["REDISCLI_AUTH"] == "redis-secret"


def test_elasticsearch_is_secured_and_9(services: dict[str, dict[str, Any]]) -> None:
    given = variables(services["elasticsearch"])

    assert given["xpack.security.enabled"].lower() == "true"
    assert given["ELASTIC_PASSWORD"] == "elastic-secret"
    assert re.fullmatch(r"elasticsearch:9\.\d+\.\d+", services["elasticsearch"]["image"])


def test_only_flower_and_the_web_are_published_and_only_on_loopback(
    services: dict[str, dict[str, Any]],
) -> None:
    published = {
        name: service["ports"] for name, service in services.items() if service.get("ports")
    }

    assert published == {"flower": ["127.0.0.1:5555:5555"], "web": ["127.0.0.1:8080:8080"]}
    assert not [
        name
        for name, service in services.items()
        if service.get("network_mode") or service.get("privileged")
    ]
    assert variables(services["flower"])["NEWSLOOM_FLOWER_AUTH"] == "editor:flower-secret"


@pytest.mark.parametrize("name", NEWSLOOM)
def test_commands_and_health_checks_are_command_lines_of_ours(
    services: dict[str, dict[str, Any]], name: str
) -> None:
    service = services[name]
    assert words(service["command"]) == ["up", name]
    parsed(words(service["command"]))

    kind, *check = service["healthcheck"]["test"]
    assert kind == "CMD"
    if check[0] == "newsloom":
        assert check[1:] == ["status", "--alive", name]
        parsed(check[1:])
    else:
        assert check[:2] == ["python", "-c"]
        compile(check[2], "health check", "exec")
    assert service["restart"] == "unless-stopped"


def parsed(arguments: list[str]) -> None:
    """Fails where click would: an unknown command, option or choice."""
    name, *rest = arguments
    command = newsloom.get_command(click.Context(newsloom), name)
    assert command
    # A command keeps the help option of its first context, so that this one must be the usual one.
    group = click.Context(newsloom, info_name="newsloom", **newsloom.context_settings)
    command.make_context(name, rest, parent=group)


def test_a_command_line_that_is_not_ours_would_be_noticed() -> None:
    with pytest.raises(click.UsageError):
        parsed(["up", "press"])


@pytest.mark.parametrize("name", NEWSLOOM)
def test_the_variables_are_settings_that_fit(
    services: dict[str, dict[str, Any]], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        key: value
        for key, value in variables(services[name]).items()
        if key.startswith("NEWSLOOM_")
    }
    assert set(given) <= VARIABLES
    for key in [key for key in os.environ if key.startswith("NEWSLOOM_")]:
        monkeypatch.delenv(key)
    for key, value in given.items():
        monkeypatch.setenv(key, value)
    settings = Settings(_env_file=None)  # type: ignore[call-arg]  # pydantic-settings' own argument

    assert settings.redis_url == "redis://:redis-secret@redis:6379/0"
    assert settings.public_url is None
    assert settings.index_url == "http://elastic:elastic-secret@elasticsearch:9200"
    assert settings.user_agent == SECRETS["NEWSLOOM_USER_AGENT"]
    mounts = [mount.split(":")[1] for mount in services[name]["volumes"]]
    assert str(settings.sources.parent) in mounts


def test_the_example_names_every_secret_and_nothing_unknown() -> None:
    text = (ROOT / ".env.example").read_text()
    named = dict(
        line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#")
    )

    assert set(SECRETS) <= set(named)
    assert {name for name in named if name.startswith("NEWSLOOM_")} <= VARIABLES
    assert {named[name] for name in ("REDIS_PASSWORD", "ELASTIC_PASSWORD", "FLOWER_AUTH")} == {""}
    used = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))
    assert used == set(named)


def test_the_image_has_what_the_compose_file_runs() -> None:
    text = (ROOT / "Dockerfile").read_text()
    copied = set(re.findall(r"^COPY (\w+) \w+$", text, re.MULTILINE))

    assert 'ENTRYPOINT ["newsloom"]' in text
    assert "[flower]" in text
    assert re.search(r"^USER (?!root)\w+$", text, re.MULTILINE)
    assert {
        "pipeline",
        "search",
        "storage",
        "workers",
        "services",
        "web",
        "cli",
        "demo",
        "config",
    } <= copied
