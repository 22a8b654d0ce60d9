"""Lines of text in terminals of any width, and in pipes."""

import sys

import pytest
from rich.table import Table
from rich.text import Text

from cli.lines import LineConsole

LONG = "  one two three four five six seven eight nine ten"


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 24 columns."""
    monkeypatch.setenv("COLUMNS", "24")


def console() -> LineConsole:
    return LineConsole(file=sys.stdout, soft_wrap=True, highlight=False)


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_long_line_is_broken_between_words_and_hangs(capsys: pytest.CaptureFixture[str]) -> None:
    console().print(LONG)
    assert lines(capsys) == [
        "  one two three four",
        "    five six seven eight",
        "    nine ten",
    ]


def test_markup_styles_and_pieces_are_those_of_the_base_class(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console().print("[red]Error:[/] a", Text("[b]"), sep="-")
    console().print("[red]as it is", markup=False, style="dim")
    console().print("first\n\nlast")
    console().print()
    assert lines(capsys) == ["Error: a-[b]", "[red]as it is", "first", "", "last", ""]


def test_an_address_stays_whole(capsys: pytest.CaptureFixture[str]) -> None:
    address = "https://news.example/a/long/address"
    console().print(f"  at {address} and more words")
    assert lines(capsys) == [f"  at {address} and more words"]


def test_wide_letters_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    console().print("語" * 15)
    assert lines(capsys) == ["語" * 11, "  " + "語" * 4]


def test_other_things_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("heading")
    table.add_row("cell")
    console().print(table)
    console().print(LONG, end="|")
    printed = capsys.readouterr().out
    assert "cell" in printed
    assert printed.endswith(f"{LONG}|")


def test_in_a_pipe_a_line_is_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("cli.lines.get_terminal_size", lambda fallback: _Size(*fallback))
    console().print(LONG * 5)
    assert lines(capsys) == [LONG * 5]


class _Size:
    """What ``get_terminal_size`` says where there is no terminal."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.lines = columns, rows
