"""Tables in terminals of any width."""

import pytest
from rich.cells import cell_len
from rich.text import Text

from cli.tables import fits, print_table

COLUMNS = ("source", "last poll", "health")
ROWS = [
    [Text("harbour-post"), Text("3 s ago"), Text("healthy: last article 12 d ago, as usual " * 2)],
    [Text("語" * 8), Text("never"), Text("new")],
]


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    print_table(COLUMNS, ROWS)
    return capsys.readouterr().out.splitlines()


def test_a_wide_terminal_gets_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = printed(capsys)
    assert lines[0].split() == ["source", "last", "poll", "health"]
    assert lines[1].startswith("harbour-post      3 s ago    healthy: last")
    assert max(map(cell_len, lines)) <= 80


@pytest.mark.parametrize("width", [20, 40])
def test_a_narrow_terminal_gets_a_block_for_each_row(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = printed(capsys)
    assert lines[:2] == ["harbour-post", "  last poll: 3 s ago"]
    assert lines[-2:] == ["  last poll: never", "  health: new"]
    assert max(map(cell_len, lines)) <= width
    assert all(line.startswith("  ") for line in lines if "healthy" in line)


def test_numbers_stand_at_the_right(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    rows = [[Text("bbc"), Text("12345")], [Text("post"), Text("7")]]
    print_table(("source", "n"), rows, numbers_from=1)
    assert capsys.readouterr().out.splitlines() == [
        "source      n",
        "bbc     12345",
        "post        7",
    ]


def test_only_the_last_column_can_be_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert fits(("a", "b"), [[Text("x"), Text("y" * 500)]])
    assert not fits(("a", "b"), [[Text("x" * 39), Text("y")]])
