"""Queries among the options of a command."""

import click
import pytest
from click.testing import CliRunner, Result

from cli.query import QueryCommand, query_argument


@click.command(cls=QueryCommand)
@query_argument
@click.option("--limit", type=click.IntRange(0, 9), default=5)
@click.option("--json", "as_json", is_flag=True)
@click.help_option("-h", "--help")
def find(query: tuple[str, ...], *, limit: int, as_json: bool) -> None:
    """Find something."""
    click.echo(f"{' '.join(query)}|{limit}|{as_json}")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(find, arguments)


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (("climate", "-football"), "climate -football|5|False"),
        (("-football", "climate", "--json"), "-football climate|5|True"),
        (("word", "--json", "x"), "word x|5|True"),
        (("climate", "-health", "--limit", "3"), "climate -health|3|False"),
        (("-title:fox", "-(a OR b)", "-5"), "-title:fox -(a OR b) -5|5|False"),
        (("--", "-word", "--json"), "-word --json|5|False"),
        (("a", "--limit=2", "--", "-h"), "a -h|2|False"),
        (("a", "-", "b"), "a - b|5|False"),
        ((), "|5|False"),
    ],
)
def test_a_minus_before_a_word_is_part_of_the_query(
    arguments: tuple[str, ...], printed: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.output) == (0, f"{printed}\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("word", "--jsno"), "--json"),
        (("--limt", "3"), "--limit"),
        (("word", "--limit", "-5"), "-5 is not in the range"),
        (("word", "--limit"), "requires an argument"),
    ],
)
def test_a_misspelt_option_is_an_error(arguments: tuple[str, ...], complaint: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert complaint in result.output


def test_help_is_given() -> None:
    assert run("word", "-h").output.startswith("Usage: ")
