"""Text and JSON for a terminal."""

import json

import pytest

from cli.output import (
    clean,
    highlighted,
    moment,
    outcome_words,
    print_json,
    print_problems,
    progress,
)
from pipeline.outcome import Dead, Duplicate, Indexed, Reason, Rejected, Retry, Terminal


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


def test_marks_become_styles_and_markup_stays_text() -> None:
    text = highlighted("[b]a[/] <mark>fox &amp; \x1bhen</mark> z")

    assert text.plain == "[b]a[/] fox &  hen z"
    (span,) = text.spans
    assert text.plain[span.start : span.end] == "fox &  hen"


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
