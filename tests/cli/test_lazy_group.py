"""Commands are imported when they are used, and their lines in the help are there before."""

import subprocess
import sys

import click
import pytest

from cli.lazy_group import LazyGroup
from cli.main import COMMANDS, newsloom

HEAVY = {"pydantic", "redis", "rich", "celery", "trafilatura", "elasticsearch", "tantivy"}
WRITING = {"celery", "trafilatura", "elasticsearch", "jinja2", "kombu", "numpy", "py3langid"}


def modules_after(code: str) -> set[str]:
    """The modules of a fresh interpreter that has run this."""
    seen = f"import sys\n{code}\nprint(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    return set(ran.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_help_and_version_import_click_only(option: str) -> None:
    code = f"from cli.main import newsloom\nnewsloom(['{option}'], standalone_mode=False)"
    assert not HEAVY & modules_after(code)


def test_a_search_imports_nothing_that_only_writing_needs(tmp_path: object) -> None:
    code = (
        "import os\n"
        f"os.environ['NEWSLOOM_DATA_DIR'] = {str(tmp_path)!r}\n"
        "from contextlib import suppress\n"
        "from cli.main import newsloom\n"
        "with suppress(SystemExit):\n"
        "    newsloom(['search', 'fox'], standalone_mode=False)"
    )
    assert not WRITING & modules_after(code)


def test_every_line_is_of_a_command_and_every_command_has_help() -> None:
    context = click.Context(newsloom)
    for name, (_, line) in COMMANDS.items():
        command = newsloom.get_command(context, name)
        assert command
        assert command.name == name
        assert command.help
        assert line.endswith(".")


def test_a_name_that_is_not_listed_is_no_command() -> None:
    group = LazyGroup("group", lazy={}, package="cli")
    assert group.get_command(click.Context(group), "main") is None


def test_a_misspelt_command_is_met_with_the_one_that_may_have_been_meant() -> None:
    with pytest.raises(click.UsageError) as refused:
        newsloom.main(["serch", "fox"], standalone_mode=False)
    assert refused.value.format_message() == "No such command 'serch'. Did you mean 'search'?"
