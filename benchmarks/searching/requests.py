"""Whole HTTP requests to the page and the API, over a running web process."""

import http.client
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.settings import Settings
from storage.embedded_redis import embedded_redis

PATHS = (
    "/api/v1/search?q=police",
    "/api/v1/search?q=government&sort=newest",
    "/api/v1/timeline?q=police",
    "/search?q=police",
    "/",
)
_READY_SECONDS = 30.0


def time_requests(data_dir: Path, port: int, times: int) -> Iterator[str]:
    """A line for each path: p50 and p95 of whole requests, in milliseconds."""
    with _web_process(data_dir, port):
        for path in PATHS:
            _ask(port, path)
            seconds = [_ask(port, path) for _ in range(times)]
            p95 = statistics.quantiles(seconds, n=20)[18]
            yield f"{path:42} {statistics.median(seconds) * 1e3:8.1f} {p95 * 1e3:8.1f}"


def _ask(port: int, path: str) -> float:
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    connection.close()
    if response.status != http.client.OK:
        raise SystemExit(f"{path} answered {response.status}")
    return time.perf_counter() - began


@contextmanager
def _web_process(data_dir: Path, port: int) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder, embedded_redis(Path(folder)) as redis_url:
        settings = Settings.model_validate(
            {"redis_url": redis_url, "data_dir": data_dir, "web_port": port, "web_rate": 0}
        )
        process = subprocess.Popen([sys.executable, "-m", "web"], env=settings.environment())
        try:
            _wait(port)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        try:
            _ask(port, "/help")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the web process does not answer")
