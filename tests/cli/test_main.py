"""What is true of every command: exit codes, sentences instead of tracebacks, clean output."""

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from cli.main import COMMANDS
from tests.cli.conftest import COMMAND, Newsloom
from tests.support.data.articles import article
from workers.resources import Resources

HOSTILE = "Quiet\x1b]0;pwned\x07 \x1b[2J\r\nForged line \x9b31m\u202eback"
NEEDS_REDIS = [
    ("status",),
    ("trace", "https://a.example/x"),
    ("dead", "list"),
    ("dead", "show", "https://a.example/x"),
    ("dead", "retry", "--all"),
    ("dead", "drop", "https://a.example/x"),
    ("crawl", "https://a.example/x"),
]


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_given_for(newsloom: Newsloom, name: str) -> None:
    result = newsloom(*filter(None, [name]), "--help")

    assert result.code == 0
    assert result.out.startswith("Usage: ")


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_fits_eighty_columns_and_cuts_no_sentence(
    newsloom: Newsloom, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = newsloom(*filter(None, [name]), "--help").out.splitlines()

    of_commands = lines[lines.index("Commands:") :] if "Commands:" in lines else []
    assert [line for line in lines if len(line) > 80] == []
    assert [line for line in of_commands if line.endswith("...")] == []


def test_a_misspelt_variable_is_named(newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_HOST_DELY", "5")
    result = newsloom("sources", "list", "--json")
    assert result.code == 0
    said = "NEWSLOOM_HOST_DELY is no setting and has no effect; did you mean NEWSLOOM_HOST_DELAY?\n"
    assert said in result.err
    assert not result.out


def test_an_old_name_of_a_variable_works_and_the_new_one_is_named(
    newsloom: Newsloom, place: Path
) -> None:
    (place / ".env").write_text("NEWSLOOM_MAX_DEATHS=5\n")
    result = newsloom("sources", "list", "--json")
    assert result.code == 0
    assert result.err.splitlines()[0] == (
        "NEWSLOOM_MAX_DEATHS is called NEWSLOOM_MAX_CRASHES now;"
        " the old name is read until the next release"
    )


def test_version(newsloom: Newsloom) -> None:
    assert re.fullmatch(r"newsloom, version \d+\.\d+\.\d+\n", newsloom("--version").out)


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("search", "--limit", "101", "x"),
        ("search", "--wrong"),
        ("crawl",),
        ("trace",),
        ("status", "--alive", "printer"),
        ("dead", "list", "--limit", "0"),
        ("up", "printer"),
        ("sources", "add"),
        ("extract",),
        ("crawl", "--wait", "soon", "http://a.example/"),
    ],
)
def test_wrong_usage_is_2(newsloom: Newsloom, arguments: tuple[str, ...]) -> None:
    result = newsloom(*arguments)

    assert result.code == 2
    assert result.out == ""
    assert result.sentence.startswith("Error: ")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("NEWSLOOM_HOST_DELAY", "abc"),
        ("NEWSLOOM_REDIS_URL", "localhost:6379"),
        ("NEWSLOOM_INDEX_URL", "elasticsearch"),
        ("NEWSLOOM_BATCH_SIZE", "0"),
        ("NEWSLOOM_NAMESPACE", "Ä"),
        ("NEWSLOOM_FLOWER_AUTH", "secret-without-user"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    result = newsloom("status")

    assert result.code == 2
    assert result.sentence.startswith(f"Error: {variable}: ")
    assert "secret" not in result.err


@pytest.mark.parametrize("arguments", NEEDS_REDIS)
def test_a_redis_that_does_not_answer_is_3(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("NEWSLOOM_REDIS_URL", "redis://:hunter2@127.0.0.1:1/0")
    result = newsloom(*arguments)

    assert result.code == 3
    assert "127.0.0.1:1" in result.sentence
    assert "hunter2" not in result.err


def test_an_index_that_does_not_answer_is_3(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLOOM_INDEX_URL", "http://elastic:hunter2@127.0.0.1:1")
    result = newsloom("search", "fox")

    assert result.code == 3
    assert result.sentence.startswith("Error: Elasticsearch at http://127.0.0.1:1 refuses")
    assert "hunter2" not in result.err


def test_an_index_of_another_version_is_3(newsloom: Newsloom, resources: Resources) -> None:
    resources.index.put([article()])
    (resources.settings.tantivy_dir / "newsloom-version").write_text("999\n")
    result = newsloom("search", "fox")

    assert result.code == 3
    assert "newsloom index rebuild" in result.sentence


def test_a_data_folder_that_cannot_be_made_is_3(
    newsloom: Newsloom, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "file").write_text("in the way")
    monkeypatch.setenv("NEWSLOOM_DATA_DIR", str(place / "file" / "data"))
    monkeypatch.delenv("NEWSLOOM_REDIS_URL")
    result = newsloom("status")

    assert result.code == 3
    assert str(place / "file") in result.sentence


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("sources", "list"), 2),
        (("sources", "check"), 2),
        (("sources", "refresh", "--all"), 2),
        (("sources", "remove", "a"), 2),
        (("status",), 1),
    ],
)
@pytest.mark.parametrize(
    ("content", "complaint"),
    [("sources: [", "not readable as YAML"), ("just words", "should hold a list")],
)
def test_a_broken_sources_file_is_named(  # noqa: PLR0913 - fixtures and parameters
    newsloom: Newsloom,
    place: Path,
    *,
    arguments: tuple[str, ...],
    code: int,
    content: str,
    complaint: str,
) -> None:
    (place / "sources.yaml").write_text(content)
    result = newsloom(*arguments)

    assert result.code == code
    assert "sources.yaml" in result.sentence
    assert complaint in result.sentence


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("sources", "list"), 0),
        (("sources", "check"), 1),
        (("sources", "remove", "b"), 2),
        (("status",), 1),
    ],
)
@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("- id: b\n  feed: nowhere", "source 1 (b) is not used: feed: this is not an absolute URL"),
        ("- id: b", "source 1 (b) is not used: a feed, a sitemap or a section is required"),
    ],
)
def test_a_broken_entry_is_named(  # noqa: PLR0913 - fixtures and parameters
    newsloom: Newsloom,
    place: Path,
    *,
    arguments: tuple[str, ...],
    code: int,
    content: str,
    complaint: str,
) -> None:
    (place / "sources.yaml").write_text(content)
    result = newsloom(*arguments)

    assert result.code == code
    assert "sources.yaml" in result.sentence
    assert complaint in result.sentence


def test_the_command_itself_prints_no_traceback(process: Newsloom) -> None:
    assert process("search", "fox AND").code == 2
    assert process("status", NEWSLOOM_HOST_DELAY="abc").sentence.startswith(
        "Error: NEWSLOOM_HOST_DELAY: "
    )
    away = process("status", NEWSLOOM_REDIS_URL="redis://127.0.0.1:1/0")
    assert (away.code, away.out) == (3, "articles in the index: 0\n")
    assert away.sentence.startswith("Error: ")


def test_output_can_be_cut_off_by_head(resources: Resources) -> None:
    resources.index.put(
        [article(f"number {n}", body="The quick brown fox. " * 2000) for n in range(100)]
    )
    pipe = f"{COMMAND} search --json --limit 100 fox | head -c 1"
    done = subprocess.run(
        ["bash", "-c", pipe], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stdout == "{"
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [("search", "--limit", "5", "fox"), ("search", "fox", "--json")]
)
def test_escapes_from_outside_do_not_reach_a_terminal(
    resources: Resources, arguments: tuple[str, ...]
) -> None:
    resources.index.put(
        [article(title=HOSTILE, section=HOSTILE, body=f"The fox {HOSTILE} ran.", summary=HOSTILE)]
    )
    shown = on_terminal(*arguments)

    assert "Quiet" in shown
    for escape in ("\x1b]0;", "\x07", "\x1b[2J", "\x9b", "\u202e"):
        assert escape not in shown
    assert not any(line.startswith("Forged") for line in shown.splitlines())


def on_terminal(*arguments: str) -> str:
    """What a terminal gets to see."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [COMMAND, *arguments], stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL
    ):
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # how Linux tells that the other end was closed
            pass
    os.close(ours)
    return shown.decode()


def test_json_is_one_line_without_anything_a_terminal_obeys(
    newsloom: Newsloom, resources: Resources
) -> None:
    resources.index.put([article(title=HOSTILE + "\U0001f98a")])
    result = newsloom("search", "fox", "--json")

    assert len(result.out.splitlines()) == 1
    assert json.loads(result.out)["hits"][0]["title"].startswith("Quiet")
    assert json.loads(result.out)["hits"][0]["title"].endswith("\U0001f98a")
