"""How the command can be typed once more."""

import sys
from pathlib import Path

import click
import pytest

from cli.demo_mode import use_demo
from cli.invocation import typed


def test_by_its_name_where_the_shell_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    program = folder / "newsloom"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.setenv("PATH", "/bin")
    assert typed() == f"'{program}'"
    monkeypatch.setenv("PATH", str(folder))
    assert typed() == "newsloom"


def test_another_of_its_name_is_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "newsloom").write_text("#!/bin/sh\n")
        (tmp_path / name / "newsloom").chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "one" / "newsloom")])
    monkeypatch.setenv("PATH", str(tmp_path / "two"))
    assert typed() == str(tmp_path / "one" / "newsloom")


def test_words_are_quoted_and_the_demo_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["newsloom"])
    assert typed("search", "a AND b") == "newsloom search 'a AND b'"
    with click.Context(click.Command("newsloom")) as context:
        use_demo(context)
        assert typed("status") == "newsloom --demo status"
