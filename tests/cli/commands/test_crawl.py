"""``newsloom crawl``, with workers that run and without."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from demo.site import Newsroom
from tests.cli.conftest import Newsloom, Result
from tests.support.world import left_behind, running

HOST = "http://harbour-post.example"
MISSING = f"{HOST}/no-such-page"


def lines(result: Result) -> dict[str, dict[str, Any]]:
    return {line["url"]: line for line in map(json.loads, result.out.splitlines())}


@pytest.fixture
def alone(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder where nothing runs, without a Redis in the settings."""
    monkeypatch.delenv("NEWSLOOM_REDIS_URL")
    return place


def stories() -> list[str]:
    return [f"{HOST}{story.path}" for story in Newsroom().stories("harbour-post.example")]


def test_it_starts_workers_for_the_time_and_ends_them(process: Newsloom, alone: Path) -> None:
    good, also_good = stories()[:2]
    first = process(
        "--demo", "crawl", "--json", "--wait", "100", good, MISSING, "mailto:a@b.example"
    )

    found = lines(first)
    assert first.code == 1, first.err
    assert {url: line["state"] for url, line in found.items()} == {
        good: "indexed",
        MISSING: "rejected",
        "mailto:a@b.example": "refused",
    }
    assert found[MISSING]["outcome"]["reason"] == "not_found"
    assert "Not running: crawl, process, index, beat" in first.err
    assert left_behind(alone) == {}

    # Right after it: nobody may count on workers that have just ended. The same page again is no
    # second article.
    second = process("--demo", "crawl", "--wait", "100", good, also_good)
    assert second.code == 0, second.err + second.out
    assert [line.partition(": ")[2].split()[0] for line in second.out.splitlines()] == [
        "indexed",
        "indexed",
    ]
    assert left_behind(alone) == {}


def test_it_uses_the_workers_that_run(
    newsloom: Newsloom, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(
        place / "world", redis_url=os.environ["NEWSLOOM_REDIS_URL"], host_delay=0.0
    ) as world:
        monkeypatch.setenv("NEWSLOOM_DATA_DIR", str(world.settings.data_dir))
        monkeypatch.setenv("NEWSLOOM_NAMESPACE", world.settings.namespace)
        world.poll_all()
        totals = world.wait_for_end()
        result = newsloom("crawl", "--json", "--wait", "60", stories()[0])

        assert result.code == 0, result.err
        assert "Not running" not in result.err
        assert world.resources.stores.ledger.totals().accepted == totals.accepted
        [line] = lines(result).values()
        entry = world.resources.stores.ledger.entry(line["id"])
        assert entry is not None
        assert (entry.state, entry.visits) == ("indexed", 2)


def test_what_cannot_be_crawled_is_refused_without_any_worker(
    newsloom: Newsloom, place: Path
) -> None:
    bad = [
        "mailto:a@b.example",
        "http://",
        "javascript:alert(1)",
        "http://user:secret@a.example/",
        "http://a.example/\x1b[2J",
    ]
    result = newsloom("crawl", *bad)

    assert result.code == 1
    assert len(result.out.splitlines()) == len(bad)
    assert all(": refused: " in line for line in result.out.splitlines())
    assert "\x1b" not in result.out
    assert "Not running" not in result.err
    assert not (place / "data" / "crawl.log").exists()


def test_one_that_has_not_ended_in_time_is_3(process: Newsloom, alone: Path) -> None:
    result = process("--demo", "crawl", "--wait", "0.3", stories()[0])

    assert result.code == 3
    assert result.out == f"{stories()[0]}: not ended yet\n"
    assert left_behind(alone) == {}


def test_private_addresses_are_rejected_with_the_reason(process: Newsloom, alone: Path) -> None:
    """Through the workers as they are shipped, on the machine's own network."""
    result = process(
        "crawl",
        "--json",
        "--wait",
        "100",
        "http://127.0.0.1/",
        "http://10.1.2.3/",
        "http://[::1]/x",
    )

    assert result.code == 1, result.err
    assert {line["outcome"]["reason"] for line in lines(result).values()} == {"blocked_address"}
    assert left_behind(alone) == {}
