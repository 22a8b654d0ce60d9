"""The command as a user has it.

In this process where that is quick, as a process of its own where it matters.
"""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import main
from config.settings import Settings
from workers.resources import Resources

COMMAND = Path(sys.executable).parent / "newsloom"


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The error as one line; a traceback or a second line fails the test."""
        assert "Traceback" not in self.err
        lines = [
            line
            for line in self.err.splitlines()
            if line and not line.startswith(("Usage:", "Try "))
        ]
        assert len(lines) == 1, self.err
        return lines[0]


Newsloom = Callable[..., Result]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, redis_url: str, namespace: str) -> Path:
    """A folder of its own; the settings lead to the tests' Redis and to an index in the folder."""
    for name in [name for name in os.environ if name.startswith("NEWSLOOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("COLUMNS", raising=False)
    variables = {
        "DATA_DIR": tmp_path / "data",
        "SOURCES": tmp_path / "sources.yaml",
        "REDIS_URL": redis_url,
        "NAMESPACE": namespace,
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"NEWSLOOM_{name}", str(value))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def logging_as_before() -> Iterator[None]:
    """A command sets up the log of its process, which here is that of all tests."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture
def newsloom(
    place: Path,  # noqa: ARG001 - it sets the environment
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Newsloom:
    """Runs ``newsloom`` with arguments, in this process."""

    def run(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["newsloom", *arguments])
        capsys.readouterr()
        with logging_as_before(), pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Result(int(ended.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def process(place: Path) -> Newsloom:  # noqa: ARG001 - it sets the environment
    """Runs ``newsloom`` with arguments as a process of its own, its output piped."""

    def run(*arguments: str, text: str = "", **variables: str) -> Result:
        done = subprocess.run(
            [COMMAND, *arguments],
            input=text,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=120,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def resources(place: Path) -> Resources:  # noqa: ARG001 - it sets the environment
    """What the command works with."""
    return Resources(Settings())
