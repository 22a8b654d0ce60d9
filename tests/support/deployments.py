"""What others can reach of Newsloom, as ``newsloom up`` and docker-compose.yml run it."""

import os
import re
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from config.settings import Settings
from pipeline.discover.websub import HubOffer
from services.access.keys import add_key
from storage.redis.access.api_keys import Scope
from storage.server_binary import server_binary
from tests.cli.conftest import COMMAND
from tests.support.servers.redis_server import free_port
from tests.support.world import wait_until
from tests.test_compose import SECRETS, read, variables
from workers.resources import Resources

TOKEN, SECRET = "right-token-0123456789abcdef", "secret-of-the-hub"
TOPIC = "http://press.example/feed"
_SOURCES = f"- {{id: press, feed: '{TOPIC}'}}\n"


@dataclass(frozen=True)
class Deployment:
    """Where the parts listen.

    Attributes:
        name: which deployment.
        ports: of the web process and of Flower.
        flower_auth: user and password.
        redis: a TCP port on all addresses, or a Unix socket.
        redis_password: where it wants one.
        resources: what it has stored.
        keys: API keys by their scopes.
    """

    name: str
    ports: Mapping[str, int]
    flower_auth: str
    redis: int | Path
    redis_password: str | None
    resources: Resources
    keys: Mapping[str, str] = field(default_factory=dict)


def other_address() -> str:
    """An address of this machine that is not 127.0.0.1."""
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family == socket.AF_INET and not one.address.startswith("127."):
                return one.address
    return "127.0.0.2"


@contextmanager
def up_deployment(folder: Path) -> Iterator[Deployment]:
    """``newsloom up web flower``: an embedded Redis, and a password that is made up."""
    ports = {"web": free_port(), "flower": free_port()}
    given = {"NEWSLOOM_DATA_DIR": str(folder), **_ports_as_variables(ports)}
    (folder / "sources.yaml").write_text(_SOURCES)
    log = folder / "up.log"
    with _newsloom(["up", "web", "flower"], given, log):
        wait_until(lambda: _all_listen(ports), seconds=60, what="web and Flower listen")
        [auth] = re.findall(r"\((newsloom:\S+)\)", log.read_text())
        settings = Settings(data_dir=folder, _env_file=None)  # type: ignore[call-arg]
        yield _subscribed(
            Deployment("up", ports, auth, folder / "redis.sock", None, Resources(settings))
        )


@contextmanager
def compose_deployment(folder: Path) -> Iterator[Deployment]:
    """Redis, web and Flower by the commands and variables of docker-compose.yml.

    Only what names another container or a fixed port is changed.
    """
    services = read(SECRETS)
    ports = {"web": free_port(), "flower": free_port()}
    redis_port, password = free_port(), SECRETS["REDIS_PASSWORD"]
    (folder / "redis").mkdir()
    (folder / "sources.yaml").write_text(_SOURCES)
    changed = {
        "NEWSLOOM_REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "NEWSLOOM_DATA_DIR": str(folder),
        **_ports_as_variables(ports),
    }
    with ExitStack() as stack:
        command = [server_binary(), *services["redis"]["command"][1:], "--port", str(redis_port)]
        log = stack.enter_context((folder / "redis.log").open("wb"))
        server = subprocess.Popen([*command, "--dir", str(folder / "redis")], stdout=log)
        stack.enter_context(_ended(server))
        wait_until(lambda: _all_listen({"redis": redis_port}), seconds=30, what="Redis listens")
        for name in ports:
            given = {**variables(services[name]), **changed}
            stack.enter_context(_newsloom(services[name]["command"], given, folder / f"{name}.log"))
        wait_until(lambda: _all_listen(ports), seconds=60, what="web and Flower listen")
        settings = Settings.model_validate(
            {"data_dir": folder, "redis_url": changed["NEWSLOOM_REDIS_URL"],
             "redis_password": password}
        )  # fmt: skip
        yield _subscribed(
            Deployment(
                "compose", ports, SECRETS["FLOWER_AUTH"], redis_port, password, Resources(settings)
            )
        )


def _ports_as_variables(ports: Mapping[str, int]) -> dict[str, str]:
    return {f"NEWSLOOM_{name.upper()}_PORT": str(port) for name, port in ports.items()}


@contextmanager
def _newsloom(command: list[str], given: Mapping[str, str], log: Path) -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLOOM_")}
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(COMMAND), *command], env={**kept, **given}, stdout=output, stderr=output
        )
    with _ended(process):
        yield


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _all_listen(ports: Mapping[str, int]) -> bool:
    with suppress(OSError):
        for port in ports.values():
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


def _subscribed(deployment: Deployment) -> Deployment:
    """With an active subscription to the feed of the source ``press``, and API keys."""
    store = deployment.resources.stores.subscriptions
    deployment.resources.registry.apply_to(deployment.resources.stores)
    offer = HubOffer(hubs=("https://hub.example/",), topic=TOPIC)
    store.offer("press", offer, token=TOKEN, secret=SECRET)
    store.claim_due("https://us.example")
    assert store.confirm(TOKEN, "subscribe", TOPIC, lease=864_000.0)
    keys = deployment.resources.stores.api_keys
    tokens = {scope.value: add_key(keys, scope.value, scope, now=0.0).token for scope in Scope}
    return replace(deployment, keys=tokens)
