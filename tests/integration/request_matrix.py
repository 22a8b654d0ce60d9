"""Who gets what from the web process, Flower and Redis, by deployment, place and credentials.

``python -m tests.integration.request_matrix`` starts both deployments and prints the table.
"""

import os
import socket
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import psutil

from pipeline.urls import url_id
from storage.redis_server import process_of
from tests.integration.web_requests import (
    CLOSED,
    FOREIGN,
    SPOOFED,
    Request,
    api_requests,
    http,
    odd_requests,
    web_requests,
)
from tests.support.deployments import (
    Deployment,
    compose_deployment,
    other_address,
    up_deployment,
)
from tests.support.servers.raw_http import raw, status_of

REFUSED = "refused"
NOT_KNOWN = "/api/worker/shutdown/nobody@nowhere"
PAGES = ("/", "/workers", "/tasks", "/metrics", "/api/workers", "/api/tasks", "/api/task/types",
         "/api/queues/length", "/broker")  # fmt: skip
COMMANDS = (NOT_KNOWN, "/api/task/send-task/crawl", "/api/task/revoke/none", "/tasks/datatable")


@dataclass(frozen=True)
class Row:
    """What one request got."""

    deployment: str
    place: str
    request: Request
    expected: tuple[int | str, ...]
    got: int | str

    @property
    def is_right(self) -> bool:
        """Whether it got what it should."""
        return self.got in self.expected


def flower_requests(auth: str) -> Iterator[Request]:
    """Celery's page."""
    wrong = f"{auth.partition(':')[0]}:wrong"
    for name, given, allowed in (("none", None, False), ("wrong", wrong, False),
                                 ("right", auth, True)):  # fmt: skip
        login = [f"Authorization: Basic {b64encode(given.encode()).decode()}"] if given else []
        seen = (200,) if allowed else (401,)
        for path in PAGES:
            yield Request("Flower", name, f"GET {path}", http("GET", path, *login), seen)
        for path in COMMANDS[: 1 if allowed else None]:
            done = (404,) if allowed else (401,)
            posted = http("POST", path, *login)
            yield Request("Flower", name, f"POST {path}", posted, done)
            kept = (403,) if allowed else (401, 403)
            foreign = http("POST", path, *login, FOREIGN)
            yield Request("Flower", name, f"POST {path}, foreign Origin", foreign, kept)
            crossed = http("POST", path, *login, "Sec-Fetch-Site: cross-site")
            yield Request("Flower", name, f"POST {path}, cross-site", crossed, kept)
        spoofed = http("GET", "/api/workers", *login, host=SPOOFED)
        yield Request("Flower", name, "GET /api/workers, spoofed Host", spoofed, seen)
        yield Request(
            "Flower", name, "GET /healthcheck", http("GET", "/healthcheck", *login), (200,)
        )
        static = http("GET", "/static/css/flower.css", *login)
        yield Request("Flower", name, "GET /static/css/flower.css", static, (200,))
        climbing = http("GET", "/static/../../../../etc/passwd", *login)
        yield Request("Flower", name, "GET /static/../../../../etc/passwd", climbing, (403, 404))
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "BREW"):
            yield Request("Flower", name, f"{method} /", http(method, "/", *login), (401, 405))
    yield from odd_requests("Flower", "none", "/", (401,))


def redis_requests(password: str | None) -> Iterator[Request]:
    """Inline commands, and what a browser could be made to send."""
    commands = ("PING", "INFO", "CONFIG GET *", "KEYS *", "EVAL return(1) 0", "FLUSHALL ASYNC")
    for command in commands:
        yield Request("Redis", "none", command, f"{command}\r\nQUIT\r\n".encode(), ("-NOAUTH",))
    wrong = b"AUTH wrong\r\nPING\r\nQUIT\r\n"
    yield Request("Redis", "wrong", "AUTH, PING", wrong, ("-WRONGPASS",))
    right = f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode()
    yield Request("Redis", "right", "AUTH, PING", right, ("+OK +PONG",))
    yield Request("Redis", "none", "POST / by HTTP", http("POST", "/"), (CLOSED, "-NOAUTH"))


def ask(host: str, port: int, request: Request) -> int | str:
    """The status of the response, or what happened instead of one."""
    try:
        answer = raw(f"http://{host}:{port}", request.data)
    except ConnectionRefusedError:
        return REFUSED
    except OSError:
        return CLOSED
    if request.part == "Redis":
        lines = [line.split()[0].decode() for line in answer.splitlines() if line[:1] in b"+-"]
        told = [line for line in lines if request.credentials == "right" or line[0] == "-"]
        return " ".join(told[:2] if request.credentials == "right" else told[:1]) or CLOSED
    return status_of(answer) if answer.startswith(b"HTTP/") else CLOSED


def rows_of(deployment: Deployment) -> Iterator[Row]:
    """Ask everything, on loopback and by another address of this machine."""
    elsewhere = other_address()
    parts = {
        "web": (deployment.ports["web"], web_requests()),
        "API": (deployment.ports["web"], api_requests(deployment.keys)),
        "Flower": (deployment.ports["flower"], flower_requests(deployment.flower_auth)),
    }
    if isinstance(deployment.redis, int):
        parts["Redis"] = (deployment.redis, redis_requests(deployment.redis_password))
    else:
        yield from _socket_rows(deployment.name, deployment.redis)
    for port, requests in parts.values():
        for request in requests:
            got = ask("127.0.0.1", port, request)
            yield Row(deployment.name, "loopback", request, request.expected, got)
            # In a container a part listens on every address of the container; compose publishes it
            # on loopback only.
            open_to_all = deployment.name == "compose"
            expected = request.expected_elsewhere if open_to_all else (REFUSED,)
            got = ask(elsewhere, port, request)
            yield Row(deployment.name, "other address", request, expected, got)
    yield _taken_in(deployment)


def _taken_in(deployment: Deployment) -> Row:
    """A forged push gets the response of a good one, so only its effect tells."""
    ledger = deployment.resources.stores.ledger
    names = [
        name for name in ("true", "forged") if ledger.trace(url_id(f"http://press.example/{name}"))
    ]
    request = Request("web", "all of these", "links taken in from the pushes", b"", ("true",))
    return Row(deployment.name, "everywhere", request, request.expected, " ".join(names) or "none")


def _ask_socket(user: int, address: Path) -> str:
    """In a process of its own: what Redis says to a user."""
    os.setuid(user)
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(address))
            client.sendall(b"PING\r\n")
            return client.recv(100).decode().strip()
    except PermissionError:
        return REFUSED


def _socket_rows(name: str, address: Path) -> Iterator[Row]:
    """A socket's credentials are those of the process that asks."""
    users: list[tuple[str, int, str]] = [("right (the same user)", os.getuid(), "+PONG")]
    if os.getuid() == 0:
        users.append(("wrong (another user)", 65_534, REFUSED))
    for credentials, user, expected in users:
        request = Request("Redis", credentials, "PING", b"", (expected,))
        with ProcessPoolExecutor(1, get_context("fork")) as other:
            got = other.submit(_ask_socket, user, address).result(30)
        yield Row(name, "Unix socket", request, request.expected, got)
    request = Request("Redis", "none", "TCP ports on which it listens", b"", ("none",))
    pid = process_of(address, 1.0)
    ports = [one.laddr.port for one in psutil.Process(pid).net_connections(kind="inet")]
    yield Row(name, "loopback", request, request.expected, " ".join(map(str, ports)) or "none")


def all_rows() -> list[Row]:
    """Start one deployment after the other and ask."""
    rows: list[Row] = []
    for deployed in (up_deployment, compose_deployment):
        with ExitStack() as stack:
            # A Unix socket's path must be short, and another user must be able to look for it.
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newsloom-")))
            folder.chmod(0o755)
            rows += rows_of(stack.enter_context(deployed(folder)))
    return rows


def main() -> None:
    """Print the table."""
    rows = all_rows()
    print("| deployment | part | from | credentials | request | expected | got |")  # noqa: T201
    print("|---|---|---|---|---|---|---|")  # noqa: T201
    for row in rows:
        asked = row.request
        expected = " or ".join(map(str, row.expected))
        wrong = "" if row.is_right else " **WRONG**"
        print(  # noqa: T201
            f"| {row.deployment} | {asked.part} | {row.place} | {asked.credentials}"
            f" | `{asked.words}` | {expected} | {row.got}{wrong} |"
        )
    print(f"\n{sum(row.is_right for row in rows)} of {len(rows)} as expected")  # noqa: T201


if __name__ == "__main__":
    main()
