"""Text and JSON for a terminal."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from rich.text import Text

from cli.output import (
    clean,
    counted,
    highlighted,
    moment,
    outcome_words,
    print_json,
    print_problems,
    print_wrapped,
    progress,
)
from pipeline.outcome import Dead, Duplicate, Indexed, Reason, Rejected, Retry, Terminal

TEXT = "Größe 語 🦊"


@pytest.mark.parametrize("code", [0x07, 0x0A, 0x1B, 0x7F, 0x9B, 0x202E, 0x2066])
def test_what_could_steer_a_terminal_becomes_a_space(code: int) -> None:
    assert clean(f"a{chr(code)}b") == "a b"


def test_letters_of_all_scripts_stay() -> None:
    assert clean("Größe 語 عربي 🦊") == "Größe 語 عربي 🦊"


def test_json_is_one_line_that_a_terminal_cannot_obey(
    capsys: pytest.CaptureFixture[str],
) -> None:
    value = {"text": "Größe \x1b[2J\u2028\u202e\x9b\ud800", "none": None}
    print_json(value)
    printed = capsys.readouterr().out

    assert printed.count("\n") == 1
    assert "Größe" in printed
    assert not set(printed) & {"\x1b", "\u2028", "\u202e", "\x9b"}
    assert json.loads(printed) == value


def test_dates_in_json_are_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    east = timezone(timedelta(hours=2))
    print_json({"at": datetime(2017, 12, 1, 1, 30, tzinfo=east), "folder": Path("x")})
    assert json.loads(capsys.readouterr().out) == {"at": "2017-11-30T23:30:00Z", "folder": "x"}


def test_marks_become_styles_and_markup_stays_text() -> None:
    text = highlighted("[b]a[/] <mark>fox &amp; \x1bhen</mark> z")

    assert text.plain == "[b]a[/] fox &  hen z"
    (span,) = text.spans
    assert text.plain[span.start : span.end] == "fox &  hen"


def test_long_text_is_wrapped_with_what_stands_before_its_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    print_wrapped(Text("[b]one two three four five"), first="- ", rest="  ")
    print_wrapped(Text("語" * 12))
    assert capsys.readouterr().out.splitlines() == [
        "- [b]one two three",
        "  four five",
        "語" * 10,
        "語" * 2,
    ]


def test_things_are_counted() -> None:
    assert [counted(n, "copy") for n in (0, 1, 2)] == ["0 copies", "1 copy", "2 copies"]
    assert [counted(n, "source") for n in (1, 12)] == ["1 source", "12 sources"]


def test_moments() -> None:
    assert moment(0.0) == "1970-01-01 00:00:00 UTC"
    assert moment(None) == "never"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (None, "no outcome yet"),
        (Indexed(article="a"), "indexed as a"),
        (Indexed(article="a", copy_of="b"), "indexed as a, a copy of b"),
        (Duplicate(article="a", rule="same_url"), "duplicate of a (same_url)"),
        (Rejected(reason=Reason.ROBOTS, detail="no\x1b"), "rejected: robots: no "),
        (Dead(error="x\ny"), "dead: x y"),
        (Retry(error="503"), "to be tried again: 503"),
    ],
)
def test_outcomes_are_sentences(outcome: Terminal | Retry | None, words: str) -> None:
    assert outcome_words(outcome) == words


def test_a_progress_bar_is_not_seen_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as bar:
        bar.advance(bar.add_task("working", total=1))
    captured = capsys.readouterr()

    assert (captured.out, captured.err) == ("", "")


def test_problems_are_lines_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    print_problems(["a [red]b[/]", "c\x1b[2Jd"])
    assert capsys.readouterr() == ("", "a [red]b[/]\nc [2Jd\n")
