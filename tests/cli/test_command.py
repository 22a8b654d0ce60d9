"""The errors of services as messages and exit codes."""

import click
import pytest
from click.testing import CliRunner, Result

from cli.command import Command, Group
from services.errors import (
    ArticleNotFoundError,
    DiscoveryError,
    ImportStalledError,
    NothingToChangeError,
    ServiceError,
    UnknownSourceError,
)


def run(error: Exception) -> Result:
    """A group with a command in it that fails with this error."""

    @click.group(cls=Group)
    def outer() -> None:
        """Do something."""

    @outer.command()
    @click.argument("name")
    def inner(name: str) -> None:  # noqa: ARG001 - it fails anyway
        raise error

    return CliRunner().invoke(outer, ["inner", "x"], prog_name="outer")


def test_a_request_that_cannot_be_done_is_wrong_usage_of_that_command() -> None:
    result = run(UnknownSourceError("there is no source \x1b[2Jx"))

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "Usage: outer inner [OPTIONS] NAME",
        "Try 'outer inner --help' for help.",
        "",
        "Error: there is no source  [2Jx",
    ]


@pytest.mark.parametrize("error", [ArticleNotFoundError, NothingToChangeError])
def test_a_negative_answer_is_a_sentence_and_1(error: type[ServiceError]) -> None:
    result = run(error("[red]x[/] \x1b is not there."))

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "[red]x[/]   is not there.\n"


@pytest.mark.parametrize("error", [DiscoveryError, ImportStalledError])
def test_another_failure_is_an_error_and_1(error: type[ServiceError]) -> None:
    result = run(error("the site\r\ncannot be read"))

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: the site  cannot be read\n"


def test_other_errors_pass() -> None:
    result = run(ZeroDivisionError("x"))
    assert isinstance(result.exception, ZeroDivisionError)


def test_the_commands_of_a_group_are_of_this_kind() -> None:
    @click.group(cls=Group)
    def group() -> None:
        """Do something."""

    @group.command()
    def member() -> None:
        """Do more."""

    assert isinstance(member, Command)
