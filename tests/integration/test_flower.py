"""Celery's monitoring page: what it shows, and to whom."""

import json
import os
import socket
import subprocess
import urllib.error
import urllib.request
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from config.settings import Settings
from tests.support.world import World, processes_of, running, wait_until
from workers.chain.run import STAGES
from workers.processes.command_lines import flower_environment
from workers.processes.flower_health import flower_answers
from workers.roles import ROLES

AUTH = "editor:late:e/d+i@t%i?o#n"
GUARDED = [
    "/",
    "/tasks",
    "/workers",
    "/metrics",
    "/api/tasks",
    "/api/workers",
    "/api/task/types",
    "/api/queues/length",
    "/broker",
    "/tasks/datatable",
    "/worker/crawl@here",
    "/task/none",
    "/api/task/info/none",
]
COMMANDS = [
    "/api/worker/shutdown/crawl@here",
    "/api/worker/pool/restart/crawl@here",
    "/api/task/send-task/crawl",
    "/api/task/apply/crawl",
    "/api/task/async-apply/crawl",
    "/api/task/revoke/none",
    "/api/task/rate-limit/crawl",
    "/metrics",
]


@dataclass
class Page:
    """The page and the world it shows."""

    url: str
    world: World

    def ask(self, path: str, auth: str | None = None, method: str = "GET") -> tuple[int, str]:
        """The status and body of one request."""
        headers = {"Authorization": "Basic " + b64encode(auth.encode()).decode()} if auth else {}
        body = b"" if method == "POST" else None
        request = urllib.request.Request(self.url + path, headers=headers, data=body, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The newsroom crawled under Flower's eyes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("flower")
    # As `newsloom up` sets it; the supervisor's members inherit it.
    os.environ["FLOWER_BASIC_AUTH"] = AUTH
    try:
        with running(
            folder, roles=(*ROLES, "beat", "flower"), flower_port=port, sources=Path("/nowhere")
        ) as world:
            page = Page(f"http://127.0.0.1:{port}", world)
            wait_until(
                lambda: answers(page),
                seconds=60,
                what="Flower answers",
                meanwhile=world.supervisor.check,
            )
            names = set(ROLES)
            wait_until(
                lambda: (
                    {
                        name.partition("@")[0]
                        for name in json.loads(page.ask("/api/workers?refresh=1", AUTH)[1])
                    }
                    >= names
                ),
                seconds=60,
                what="Flower knows the workers",
                meanwhile=world.supervisor.check,
            )
            log = folder / "workers.log"
            wait_until(
                lambda: log.read_text().count("Events of group {task} enabled by remote") >= 3,
                seconds=30,
                what="each worker was asked by Flower to send the events of tasks",
                meanwhile=world.supervisor.check,
            )
            yield page
    finally:
        del os.environ["FLOWER_BASIC_AUTH"]


def answers(page: Page) -> bool:
    try:
        return page.ask("/healthcheck")[0] == 200
    except OSError:
        return False


@pytest.mark.parametrize("path", GUARDED)
def test_nothing_is_shown_without_the_password(page: Page, path: str) -> None:
    for auth in (None, "editor:wrong", "editor", "late:edition", ":", "editor:late:editio"):
        status, body = page.ask(path, auth)
        assert (status, "crawl@" in body) == (401, False), (path, auth)


@pytest.mark.parametrize("path", COMMANDS)
def test_nothing_can_be_done_without_the_password(page: Page, path: str) -> None:
    assert page.ask(path, None, "POST")[0] in {401, 405}
    assert page.ask(path, "editor:wrong", "POST")[0] in {401, 405}


def test_what_is_open_says_nothing(page: Page) -> None:
    assert page.ask("/healthcheck") == (200, "OK")
    assert page.ask("/static/css/flower.css")[0] in {200, 404}
    assert page.ask("/no/such/page")[0] == 404
    assert page.ask("/static/../../../../etc/passwd")[0] in {403, 404}


@pytest.mark.parametrize(
    "path",
    ["/", "/tasks", "/workers", "/metrics", "/api/tasks", "/api/workers", "/api/queues/length"],
)
def test_everything_is_shown_with_the_password(page: Page, path: str) -> None:
    assert page.ask(path, AUTH)[0] == 200


def test_the_five_tasks_succeed(page: Page) -> None:
    urls = [
        f"http://harbour-post.example/2026/11/{slug}/"
        for slug in ("night-buses-return-after-six-years",)
    ]
    page.world.accept(urls)
    totals = page.world.wait_for_end()
    assert totals.indexed == 1

    def seen() -> Counter[tuple[str, str]]:
        tasks: dict[str, dict[str, Any]] = json.loads(page.ask("/api/tasks?limit=1000", AUTH)[1])
        return Counter((task["name"], task["state"]) for task in tasks.values())

    wanted = {(stage.name, "SUCCESS") for stage in STAGES}
    wait_until(
        lambda: wanted <= set(seen()), seconds=30, what=f"the five tasks succeeded; seen: {seen()}"
    )
    assert not {state for _, state in seen()} & {"FAILURE", "RETRY", "REVOKED"}
    assert 'task="crawl"' in page.ask("/metrics", AUTH)[1]


def test_the_password_is_not_on_a_command_line(page: Page) -> None:
    commands = processes_of(page.world.settings.data_dir)

    assert any("flower" in command for command in commands.values())
    assert not any("late:edition" in command for command in commands.values())


def test_the_health_check_asks_with_the_password(page: Page) -> None:
    settings = page.world.settings
    assert flower_answers(settings), "it refuses who knows no password"
    assert flower_answers(settings.model_copy(update={"flower_auth": SecretStr(AUTH)}))
    assert not flower_answers(settings.model_copy(update={"flower_auth": SecretStr("a:b")}))


def test_a_password_is_made_up_where_none_is_set() -> None:
    plain = Settings(_env_file=None)  # type: ignore[call-arg]  # pydantic-settings' own argument
    first, second = flower_environment(plain)[1], flower_environment(plain)[1]

    assert first != second
    assert len(first.partition(":")[2]) > 12
    assert plain.flower_host == "127.0.0.1"


def test_only_loopback_listens(page: Page) -> None:
    port = page.world.settings.flower_port
    listening = subprocess.run(
        ["cat", "/proc/net/tcp", "/proc/net/tcp6"], capture_output=True, text=True, check=False
    ).stdout
    addresses = {
        line.split()[1]
        for line in listening.splitlines()
        if f":{port:04X} " in line and " 0A " in line
    }

    assert addresses == {f"0100007F:{port:04X}"}
