"""``newsloom dead``."""

import json

import pytest

from pipeline.outcome import Dead
from pipeline.urls import url_id
from storage.open import Stores
from tests.cli.conftest import Newsloom
from tests.support.data.ledger_entries import BASE, ended


@pytest.fixture
def letters(stores: Stores) -> Stores:
    """Three dead letters."""
    for name in ("first", "second", "third"):
        ended(stores, name, Dead(error=f"{name}: [/] \x1b[2J\r\nforged"))
    return stores


def listed(newsloom: Newsloom, *options: str) -> list[str]:
    lines = newsloom("dead", "list", "--json", *options).out.splitlines()
    return [json.loads(line)["url"].removeprefix(BASE) for line in lines]


def test_no_letters(newsloom: Newsloom) -> None:
    result = newsloom("dead", "list")

    assert (result.code, result.out, result.sentence) == (0, "", "There are no dead letters.")


@pytest.mark.usefixtures("letters")
def test_list_shows_the_newest_first(newsloom: Newsloom) -> None:
    assert listed(newsloom) == ["third", "second", "first"]
    assert listed(newsloom, "--limit", "1") == ["third"]

    lines = newsloom("dead", "list").out.splitlines()
    assert len(lines) == 3
    assert lines[0].endswith(f"  {BASE}third  dead: third: [/]  [2J  forged")


@pytest.mark.usefixtures("letters")
def test_show(newsloom: Newsloom) -> None:
    result = newsloom("dead", "show", BASE + "first")

    assert result.code == 0
    assert result.out.splitlines()[:2] == [BASE + "first", "dead: first: [/]  [2J  forged"]
    assert "after 1 attempts and 0 worker deaths" in result.out
    letter = json.loads(newsloom("dead", "show", BASE + "first", "--json").out)
    assert (letter["url"], letter["attempts"], letter["source"]) == (BASE + "first", 1, "example")


@pytest.mark.usefixtures("letters")
@pytest.mark.parametrize("verb", ["show", "retry", "drop"])
def test_an_unknown_letter_is_1_and_a_malformed_url_2(newsloom: Newsloom, verb: str) -> None:
    assert newsloom("dead", verb, BASE + "alive").code == 1
    malformed = newsloom("dead", verb, "mailto:\x1b[2J")
    assert malformed.code == 2
    assert "\x1b" not in malformed.err
    assert len(listed(newsloom)) == 3


def test_retry_puts_one_back_and_it_is_in_flight_again(newsloom: Newsloom, letters: Stores) -> None:
    result = newsloom("dead", "retry", BASE + "second", BASE + "nothing")

    assert (result.code, result.sentence) == (0, "1 put back into the frontier.")
    assert listed(newsloom) == ["third", "first"]
    totals = letters.ledger.totals()
    assert (totals.dead, totals.in_flight, totals.balanced) == (2, 1, True)


def test_retry_all(newsloom: Newsloom, letters: Stores) -> None:
    assert newsloom("dead", "retry", "--all").code == 0
    assert listed(newsloom) == []
    assert letters.ledger.totals().in_flight == 3
    assert newsloom("dead", "retry", "--all").code == 0


@pytest.mark.parametrize("arguments", [(), ("--all", BASE + "first")])
def test_retry_wants_to_know_which(newsloom: Newsloom, arguments: tuple[str, ...]) -> None:
    assert newsloom("dead", "retry", *arguments).sentence == "Error: name the URLs, or say --all"


def test_drop_keeps_the_ledgers_memory(newsloom: Newsloom, letters: Stores) -> None:
    result = newsloom("dead", "drop", BASE + "first", BASE + "third")

    assert (result.code, result.sentence) == (0, "2 dropped.")
    assert listed(newsloom) == ["second"]
    entry = letters.ledger.entry(url_id(BASE + "first"))
    assert entry is not None
    assert entry.state == "dead"
    assert letters.ledger.totals().dead == 3
    assert newsloom("dead", "drop", BASE + "first").code == 1
