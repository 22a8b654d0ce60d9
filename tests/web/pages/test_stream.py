"""The stream of new articles, when its server stops."""

import http.client
import signal
import subprocess
import sys
from pathlib import Path

from config.settings import Settings
from tests.support.servers.serving import listening
from tests.support.world import wait_until


def test_an_open_page_has_a_whole_answer_when_the_server_stops(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    with listening() as at:  # free again when the web process takes it
        port = at.getsockname()[1]
    values = {"redis_url": redis_url, "namespace": namespace, "data_dir": tmp_path}
    settings = Settings.model_validate({**values, "web_port": port})
    process = subprocess.Popen(
        [sys.executable, "-m", "web"],
        env=settings.environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        wait_until(lambda: _connects(connection), seconds=60, what="the web process listens")
        connection.request("GET", "/latest/stream", headers={"Host": f"localhost:{port}"})
        response = connection.getresponse()
        assert response.status == 200
        process.send_signal(signal.SIGTERM)
        response.read()  # raises IncompleteRead when it breaks off
        _, log = process.communicate(timeout=30)
    finally:
        process.kill()
        connection.close()
    assert process.returncode == -signal.SIGTERM  # uvicorn raises it again when all is done
    assert "ERROR" not in log


def _connects(connection: http.client.HTTPConnection) -> bool:
    try:
        connection.connect()
    except OSError:
        return False
    return True
