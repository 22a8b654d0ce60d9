"""``newsloom demo`` and its parts."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Newsloom
from tests.support.world import left_behind


def test_the_demo_crawls_once_and_the_second_time_finds_all_done(
    process: Newsloom, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSLOOM_REDIS_URL")
    first = process("demo", "--json")
    assert first.code == 0, first.err
    report = json.loads(first.out)
    assert first.err == ""
    assert report["ledger"]["balanced"]
    assert report["ledger"]["in_flight"] == report["ledger"]["dead"] == 0
    assert report["ledger"]["accepted"] == report["newly_accepted"] > 40
    assert report["articles"] == report["ledger"]["indexed"]
    assert report["copies"] != []
    assert all(answer["total"] > 0 for answer in report["queries"].values())

    second = process("demo")
    assert second.code == 0, second.err
    assert (
        f"ledger: {report['ledger']['accepted']} accepted = {report['ledger']['indexed']} indexed"
        in second.out
    )
    assert "newly accepted in this run: 0" in second.out
    assert "Russia: US ‘muscle flexing’" in second.out
    assert left_behind(place) == {}
    type_what_it_says(second.out)

    assert process("demo", "search", '"muscle flexing"').code == 0
    assert process("demo", "search", "-russia", "AND", "xylophone").code == 1


def type_what_it_says(printed: str) -> None:
    """The commands at the end work in a shell, as they are."""
    shown, _, pages = printed.partition("go on with")[2].partition("pages at http://127.0.0.1:8080")
    (up,) = pages.splitlines()[1:]
    assert up.endswith("newsloom --demo up")
    steps = shown.splitlines()[1:]
    assert [step.split()[2] for step in steps] == [
        "status",
        "search",
        "trace",
        "duplicates",
        "show",
        "history",
    ]
    for step in steps:
        ran = subprocess.run(
            step, shell=True, capture_output=True, text=True, timeout=60, check=False
        )
        assert (ran.returncode, ran.stderr) == (0, ""), step
        assert ran.stdout


def test_publish_writes_an_article(newsloom: Newsloom) -> None:
    result = newsloom("demo", "publish", "A new <b>bridge</b>", "It opens today.\n\nAt noon.")
    file = Path(result.out.strip())

    assert result.code == 0
    assert file.name == "a-new-b-bridge-b.md"
    assert "It opens today.\n\nAt noon." in file.read_text()


def test_publish_reads_the_text_from_stdin(process: Newsloom) -> None:
    result = process(
        "demo", "publish", "From stdin", "--host", "stadtbote.example", text="Guten Tag.\n"
    )

    assert result.code == 0
    assert "Guten Tag." in Path(result.out.strip()).read_text()


def test_publish_at_a_host_that_is_not_there_is_2(newsloom: Newsloom) -> None:
    result = newsloom("demo", "publish", "Title", "Text", "--host", "nowhere.example")

    assert (result.code, result.out) == (2, "")
    assert "nowhere.example" in result.sentence


def test_search_before_any_demo_finds_nothing(newsloom: Newsloom) -> None:
    assert newsloom("demo", "search", "fox").code == 1
    assert newsloom("demo", "search", "fox AND").code == 2
    assert newsloom("demo", "search", "fox", "-dog", "--json").out.startswith('{"total": 0')
