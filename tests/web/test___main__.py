"""``python -m web`` as a process."""

import os
import signal
import socket
import subprocess
import sys

from config.settings import Settings
from tests.support.servers.raw_http import raw, status_of
from tests.support.world import wait_until
from workers.processes.heartbeat import alive
from workers.resources import Resources


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_port_that_is_in_use_is_a_sentence(redis_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        variables = {"NEWSLOOM_REDIS_URL": redis_url, "NEWSLOOM_WEB_PORT": port}
        done = subprocess.run(
            [sys.executable, "-m", "web"],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"cannot listen on 127.0.0.1 at port {port}: Address already in use" in done.stderr
    assert "NEWSLOOM_WEB_PORT" in done.stderr


def test_it_serves_until_a_signal_ends_it(redis_url: str, namespace: str) -> None:
    port = free_port()
    settings = Settings.model_validate({"redis_url": redis_url, "namespace": namespace})
    keyspace = Resources(settings).stores.keyspace
    variables = {"REDIS_URL": redis_url, "NAMESPACE": namespace, "WEB_PORT": str(port)}
    environment = {f"NEWSLOOM_{name}": value for name, value in variables.items()}
    with subprocess.Popen([sys.executable, "-m", "web"], env={**os.environ, **environment}) as web:
        try:
            wait_until(lambda: alive(keyspace, "web"), seconds=20, what="the web process lives")
            request = b"GET /websub/unknown HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            assert status_of(raw(f"http://127.0.0.1:{port}", request)) == 404
            web.send_signal(signal.SIGTERM)
            assert web.wait(10) in {0, -signal.SIGTERM}  # uvicorn may raise it again for itself
        finally:
            web.kill()
    assert not alive(keyspace, "web")
