"""README's sessions: the one in the demo is typed as it stands, the one on the web is parsed."""

import re
import shlex
import signal
import subprocess
from pathlib import Path

import click
import pytest

from cli.main import newsloom
from tests.cli.conftest import COMMAND
from tests.support.running_up import environment, kill_all
from tests.support.world import left_behind, wait_until

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = [block.splitlines() for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)]
[DEMO] = [block for block in BLOCKS if block[0].startswith(". .venv")]
[WEB] = [block for block in BLOCKS if block[0].startswith("newsloom sources add www")]


def typed(line: str) -> str:
    """A line without its comment."""
    return re.sub(r"\s+#.*$", "", line)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the demo has been run, with the command on the path."""
    ran = subprocess.run(
        [COMMAND, "demo"], env=variables(tmp_path), capture_output=True, timeout=200, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return tmp_path


def variables(folder: Path) -> dict[str, str]:
    usual = environment(folder)
    return {**usual, "PATH": f"{COMMAND.parent}:{usual['PATH']}"}


def test_the_session_in_the_demo_works_as_it_stands(folder: Path) -> None:
    activate, *lines, last = map(typed, DEMO)
    assert activate == ". .venv/bin/activate"
    for line in lines:
        ran = subprocess.run(
            line,
            shell=True,
            env=variables(folder),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, (line, ran.stdout, ran.stderr)
        assert ran.stdout or ">" in line or "dead list" in line, line
    assert last == "newsloom --demo up"
    runs_until_ctrl_c(folder, last)


def runs_until_ctrl_c(folder: Path, line: str) -> None:
    log = folder / "up.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(shlex.split(line), env=variables(folder), stderr=output) as process,
    ):
        try:
            wait_until(lambda: "Running" in log.read_text(), seconds=60, what="it runs")
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
            assert left_behind(folder) == {}
        finally:
            kill_all(folder)


@pytest.mark.parametrize("line", WEB)
def test_the_session_on_the_web_is_of_commands_that_there_are(line: str, tmp_path: Path) -> None:
    (tmp_path / "follow.opml").touch()
    (tmp_path / "crawl.warc.gz").touch()
    for part in typed(line).split("|"):
        program, *words = shlex.split(part)
        assert program == "newsloom"
        parsed([str(tmp_path / word) if word in {"follow.opml", "crawl.warc.gz"} else word
                for word in words])  # fmt: skip


def parsed(words: list[str]) -> None:
    """Fails where click would: an unknown command, option or choice."""
    command: click.Command = newsloom
    # A command keeps the help option of its first context, so that this one must be the usual one.
    context = click.Context(newsloom, info_name="newsloom", **newsloom.context_settings)
    while isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found, name
        command = found
    command.make_context(command.name, words, parent=context)
