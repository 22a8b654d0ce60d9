"""``newsloom history``."""

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from pipeline.urls import url_id
from tests.cli.conftest import COMMAND, Newsloom
from tests.support.data.articles import article, article_id, revision
from workers.resources import Resources

TEXT = "The council met on Tuesday."
ONE = url_id("https://news.example/one")
FIRST = revision(
    1,
    id=ONE,
    title="A budget",
    body=f"{TEXT}\n\nBread is dear [/], the mayor said.\n\nNobody disagreed.",
)
SECOND = revision(
    2,
    id=ONE,
    title="A large budget",
    body=f"{TEXT}\n\nBread is too dear [/], the mayor said."
    "\n\nFishermen \x1b[2J protest against all of it.",
    modified="2017-12-05T12:02:00Z",
    word_count=16,
)


@pytest.fixture
def revised(resources: Resources) -> Resources:
    """An article with two versions, and another."""
    for version in (FIRST, SECOND, article("other", id=url_id("https://news.example/other"))):
        resources.index.put([version])
    return resources


@pytest.mark.usefixtures("revised")
def test_versions_are_listed_with_their_times(newsloom: Newsloom) -> None:
    result = newsloom("history", "https://news.example/one")

    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "A large budget",
        "https://news.example/one",
        "",
        "version 1 · fetched 2017-12-05 12:01:00 UTC · 9 words",
        "",
        (
            "version 2 · fetched 2017-12-05 12:02:00 UTC · modified 2017-12-05 12:02:00 UTC"
            " · 16 words · +9 -2"
        ),
    ]


@pytest.mark.usefixtures("revised")
def test_the_difference_is_marked_with_plus_and_minus(newsloom: Newsloom) -> None:
    lines = newsloom("history", "--diff", ONE).out.splitlines()

    assert lines[6:] == [
        "    A {+large +}budget",
        "    …",
        "    Bread is {+too +}dear [/], the mayor said.",
        "  - Nobody disagreed.",
        "  + Fishermen  [2J protest against all of it.",
    ]


@pytest.mark.usefixtures("revised")
def test_an_article_that_never_changed_has_one_version(newsloom: Newsloom) -> None:
    result = newsloom("history", "https://news.example/other", "--diff")

    assert result.code == 0
    assert [line for line in result.out.splitlines() if line.startswith("version")] == [
        "version 1 · fetched 2017-12-05 12:00:00 UTC · 9 words"
    ]


@pytest.mark.usefixtures("revised")
def test_json_has_a_line_per_version(newsloom: Newsloom) -> None:
    result = newsloom("history", ONE, "--json", "--diff")
    first, second = (json.loads(line) for line in result.out.splitlines())

    assert (first["version"], first["title"], first["words_added"], first["difference"]) == (
        1,
        "A budget",
        None,
        None,
    )
    assert (second["version"], second["words_added"], second["words_removed"]) == (2, 9, 2)
    assert second["difference"]["title"]["pieces"] == [
        {"kind": "same", "text": "A "},
        {"kind": "added", "text": "large "},
        {"kind": "same", "text": "budget"},
    ]
    assert "difference" not in json.loads(newsloom("history", ONE, "--json").out.splitlines()[1])


@pytest.mark.usefixtures("revised")
@pytest.mark.parametrize(
    "name", ["https://news.example/nothing", "nothing", article_id("nothing"), "\x1b[2J", ""]
)
def test_what_is_not_there_is_1_with_a_sentence(newsloom: Newsloom, name: str) -> None:
    result = newsloom("history", name)

    assert (result.code, result.out) == (1, "")
    assert result.sentence.endswith("is not among the articles.")
    assert "\x1b" not in result.err


@pytest.mark.usefixtures("revised")
@pytest.mark.parametrize(
    ("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_words_are_coloured_on_a_terminal(
    tmp_path: Path, variables: dict[str, str], *, coloured: bool
) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "200", **variables}
    subprocess.run(
        [COMMAND, "history", "--diff", ONE],
        stdout=theirs,
        env=environment,
        cwd=tmp_path,
        check=True,
        timeout=60,
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)

    assert (re.search(r"\x1b\[[\d;]*32mtoo ", shown) is not None) is coloured
    assert ("{+too +}" in shown) is not coloured
    assert "[2J" in shown
    assert "\x1b[2J" not in shown
