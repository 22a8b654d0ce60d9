"""docker-compose.yml says what docs/operations.md promises, as a real compose reads it."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import click
import pytest
import yaml
from podman_compose import rec_subs

from cli.main import newsloom
from config.settings import Settings

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "docker-compose.yml"
SECRETS = {
    "REDIS_PASSWORD": "redis/s+e@c:r%e#t",
    "ELASTIC_PASSWORD": "elastic/s+e@c:r%e?t",
    "FLOWER_AUTH": "editor:flower/s+e@c:r%et",
    "NEWSLOOM_USER_AGENT": "Newsloom/0.1 (+https://example.org/bot)",
}
VARIABLES = {f"NEWSLOOM_{name.upper()}" for name in Settings.model_fields}
NEWSLOOM = ("crawl", "process", "index", "beat", "web", "flower")
MONITORING = ("prometheus", "grafana")


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


def test_the_services_are_these(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == {"redis", "elasticsearch", *NEWSLOOM, *MONITORING}


def test_monitoring_runs_only_where_it_is_asked_for(services: dict[str, dict[str, Any]]) -> None:
    profiled = {name for name, service in services.items() if service.get("profiles")}

    assert profiled == set(MONITORING)
    for name in MONITORING:
        assert services[name]["profiles"] == ["monitoring"]
        mounted = [volume.split(":")[0] for volume in services[name]["volumes"]]
        assert [path for path in mounted if "/" in path and not (ROOT / path).exists()] == []
    assert variables(services["web"])["NEWSLOOM_WEB_HOSTS"].startswith("web,")


@pytest.mark.parametrize("missing", [*SECRETS])
def test_a_missing_secret_is_named(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        read({name: value for name, value in SECRETS.items() if name != missing})


def test_redis_keeps_everything_and_asks_for_a_password(
    services: dict[str, dict[str, Any]],
) -> None:
    program, *arguments = services["redis"]["command"]
    options = dict(zip(arguments[::2], arguments[1::2], strict=True))

    assert program == "redis-server"
    assert options == {
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--maxmemory": "1gb",
        "--requirepass": SECRETS["REDIS_PASSWORD"],
    }
    assert services["redis"]["volumes"] != []
    assert variables(services["redis"])["REDISCLI_AUTH"] == SECRETS["REDIS_PASSWORD"]


def test_logs_are_bounded_and_so_is_memory(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}
        assert re.fullmatch(r"\dg", service["mem_limit"])


def test_elasticsearch_is_secured_and_9(services: dict[str, dict[str, Any]]) -> None:
    given = variables(services["elasticsearch"])

    assert given["xpack.security.enabled"].lower() == "true"
    assert given["ELASTIC_PASSWORD"] == SECRETS["ELASTIC_PASSWORD"]
    assert re.fullmatch(r"elasticsearch:9\.\d+\.\d+", services["elasticsearch"]["image"])


def test_only_pages_are_published_and_only_on_loopback(
    services: dict[str, dict[str, Any]],
) -> None:
    published = {
        name: service["ports"] for name, service in services.items() if service.get("ports")
    }

    assert published == {
        "flower": ["127.0.0.1:5555:5555"],
        "web": ["127.0.0.1:8080:8080"],
        "prometheus": ["127.0.0.1:9090:9090"],
        "grafana": ["127.0.0.1:3000:3000"],
    }
    assert not [
        name
        for name, service in services.items()
        if service.get("network_mode") or service.get("privileged")
    ]
    assert variables(services["flower"])["NEWSLOOM_FLOWER_AUTH"] == SECRETS["FLOWER_AUTH"]


@pytest.mark.parametrize("name", NEWSLOOM)
def test_commands_and_health_checks_are_command_lines_of_ours(
    services: dict[str, dict[str, Any]], name: str
) -> None:
    service = services[name]
    assert service["command"] == ["up", name]
    parsed(service["command"])

    kind, *check = service["healthcheck"]["test"]
    assert kind == "CMD"
    assert check == ["newsloom", "status", "--alive", name]
    parsed(check[1:])
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

    redis, index = urlsplit(settings.redis_address), urlsplit(settings.index_address)
    assert (unquote(redis.password or ""), redis.hostname) == (SECRETS["REDIS_PASSWORD"], "redis")
    assert unquote(index.password or "") == SECRETS["ELASTIC_PASSWORD"]
    assert (index.username, index.hostname) == ("elastic", "elasticsearch")
    assert settings.user_agent == SECRETS["NEWSLOOM_USER_AGENT"]


@pytest.mark.parametrize("name", NEWSLOOM)
def test_every_container_has_the_settings_of_the_file_and_can_change_the_sources(
    services: dict[str, dict[str, Any]], name: str
) -> None:
    assert services[name]["env_file"] == ".env"
    folder = variables(services[name])["NEWSLOOM_DATA_DIR"]
    assert services[name]["volumes"] == [f"newsloom-data:{folder}"]
    assert "NEWSLOOM_SOURCES" not in variables(services[name])


def test_the_example_names_every_secret_and_nothing_unknown() -> None:
    text = (ROOT / ".env.example").read_text()
    named = dict(
        line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#")
    )

    assert set(SECRETS) <= set(named)
    assert {name for name in named if name.startswith("NEWSLOOM_")} <= VARIABLES
    assert {named[name] for name in ("REDIS_PASSWORD", "ELASTIC_PASSWORD", "FLOWER_AUTH")} == {""}
    used = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))
    by_file = {name for name in named if name.startswith("NEWSLOOM_")}
    assert used - by_file == set(named) - by_file


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
