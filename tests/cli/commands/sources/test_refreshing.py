"""``newsloom sources refresh``."""

import json
from pathlib import Path
from typing import Any

import pytest

from storage.open import Stores
from tests.cli.conftest import Newsloom, Result
from tests.support.world import processes_of


def lines(result: Result) -> dict[str, dict[str, Any]]:
    return {line["id"]: line for line in map(json.loads, result.out.splitlines())}


@pytest.mark.usefixtures("newsroom")
def test_it_takes_in_what_is_new_and_leaves_it_to_the_workers(
    newsloom: Newsloom, stores: Stores
) -> None:
    result = newsloom("sources", "refresh", "post", "gone", "--json")
    found = lines(result)

    assert result.code == 1
    assert found["post"]["new"] == len(found["post"]["urls"]) > 10
    assert (found["post"]["known"], found["post"]["level"]) == (0, "healthy")
    assert (found["gone"]["new"], found["gone"]["level"]) == (0, "failing")
    assert stores.ledger.totals().queued == found["post"]["new"]
    assert (
        "URLs wait for the workers; none are running, start them with `newsloom up`" in result.err
    )

    again = newsloom("sources", "refresh", "post")
    assert (again.code, again.err) == (0, "")
    assert again.out.startswith("post: nothing new; healthy")


@pytest.mark.usefixtures("newsroom")
def test_all_leaves_out_what_is_off(newsloom: Newsloom, place: Path) -> None:
    file = place / "sources.yaml"
    file.write_text(file.read_text().replace("id: gone", "enabled: false, id: gone"))
    result = newsloom("sources", "refresh", "--all", "--json")

    assert set(lines(result)) == {"post", "broken", "private", "nowhere"}


def test_it_wants_to_know_which(newsloom: Newsloom, place: Path) -> None:
    (place / "sources.yaml").write_text("- {id: a, feed: 'http://a.example/'}")
    for arguments in ((), ("a", "--all")):
        result = newsloom("sources", "refresh", *arguments)
        assert (result.code, result.sentence) == (2, "Error: name the sources, or say --all")
    assert newsloom("sources", "refresh", "b").sentence == "Error: there is no source b"


def test_a_source_that_a_worker_polls_is_left_to_it(
    newsloom: Newsloom, place: Path, stores: Stores
) -> None:
    (place / "sources.yaml").write_text("- {id: a, feed: 'http://a.example/'}")
    assert stores.sources.claim("a")
    result = newsloom("sources", "refresh", "a")

    assert result.code == 1
    assert result.out.startswith("a: not polled, it is being polled just now; new")


def test_it_can_wait_until_the_new_urls_have_ended(process: Newsloom, place: Path) -> None:
    result = process("--demo", "sources", "refresh", "stadtbote", "--wait", "100")

    assert result.code == 0, result.err
    assert result.out.startswith("stadtbote: 16 new, 0 changed, 0 known, 0 refused; healthy")
    assert "16 URLs have ended, 0 have not." in result.err
    assert processes_of(place) == {}
