"""Sources as a process knows them, and how their hosts are treated."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from config.settings import Settings
from config.sources import Source
from config.sources_file import SourcesError, SourcesFile, read, save
from storage.open import Stores
from workers.fetch.records import PolitenessPolicy
from workers.fetch.robots import LONGEST_CRAWL_DELAY
from workers.sources.registry import SourceRegistry

OWN = Source(id="own", feed="http://a.example/feed", delay=90, concurrency=8, robots=False)
UNUSABLE = (
    "- {id: [",
    "- {id: own, feeed: 'http://a.example/feed'}",
    "- {idd: own, feed: 'http://a.example/feed'}",
    "- {id: Own, feed: 'http://a.example/feed'}",
)
"""What becomes of the source's entry: no YAML, a wrong key, no id, an id that cannot be one."""

USUAL = Source(id="usual", feed="http://b.example/feed", enabled=False)


def registry(folder: Path, *sources: Source) -> SourceRegistry:
    file = folder / "sources.yaml"
    if sources:
        save(file, sources)
    settings = {"sources": file, "host_delay": 2.0, "host_concurrency": 3}
    return SourceRegistry(Settings.model_validate(settings))


def test_a_missing_file_has_no_sources(tmp_path: Path) -> None:
    assert registry(tmp_path).all() == {}


def test_what_a_source_does_not_say_is_the_settings_(tmp_path: Path) -> None:
    known = registry(tmp_path, OWN, USUAL)
    assert known.policy("own") == PolitenessPolicy(90, 8, robots=False)
    assert known.policy("usual") == PolitenessPolicy(2.0, 3, robots=True)
    assert known.policy("nobody's") == PolitenessPolicy(2.0, 3, robots=True)


def test_a_poll_waits_as_long_as_its_host_may_ask_for(tmp_path: Path) -> None:
    known = registry(tmp_path, OWN, USUAL)
    assert known.poll_patience("own") == 91
    assert known.poll_patience("usual") == LONGEST_CRAWL_DELAY + 1


def test_the_stores_follow_the_sources(tmp_path: Path, stores: Stores) -> None:
    known = registry(tmp_path, OWN, USUAL)
    assert set(known.apply_to(stores)) == {"own", "usual"}
    assert stores.frontier.delay("a.example") == 90
    assert stores.frontier.delay("b.example") is None
    assert stores.sources.claim_due() == ["own"]


def rewritten(file: Path, text: str, at: int) -> None:
    """As an editor leaves it; ``at`` seconds after the epoch, which differ each time."""
    file.write_text(text)
    os.utime(file, (at, at))


def test_a_bad_entry_is_logged_once_and_the_others_are_used(
    tmp_path: Path, stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    known = registry(tmp_path, OWN)
    file = tmp_path / "sources.yaml"
    rewritten(file, file.read_text() + "  - {id: bad, feed: nowhere}\n", 1)
    for _ in range(3):
        assert set(known.apply_to(stores)) == {"own"}
    assert [record.message for record in caplog.records] == list(known.problems())
    assert "source 2 (bad) is not used: feed: this is not an absolute URL" in caplog.text
    assert stores.sources.claim_due() == ["own"]


def test_a_file_that_breaks_leaves_the_sources_as_they_were(tmp_path: Path) -> None:
    known = registry(tmp_path, OWN)
    assert set(known.all()) == {"own"}
    rewritten(tmp_path / "sources.yaml", "- {id: [", 1)
    assert set(known.all()) == {"own"}
    (problem,) = known.problems()
    assert problem.endswith("the sources stay as they were")


def test_a_file_that_was_never_readable_stops_nothing_that_is_kept(
    tmp_path: Path, stores: Stores
) -> None:
    file = tmp_path / "sources.yaml"
    registry(tmp_path, OWN).apply_to(stores)
    rewritten(file, "- {id: [", 1)
    known = registry(tmp_path)
    for ask in (known.all, known.problems, lambda: known.apply_to(stores)):
        with pytest.raises(SourcesError, match="is not readable as YAML"):
            ask()
    assert stores.sources.next_poll("own") is not None
    rewritten(file, "[]", 2)
    known.apply_to(stores)
    assert (known.problems(), stores.sources.next_poll("own")) == ((), None)


def test_a_file_that_is_taken_away_leaves_the_sources_as_they_were(tmp_path: Path) -> None:
    known = registry(tmp_path, OWN)
    assert set(known.all()) == {"own"}
    (tmp_path / "sources.yaml").unlink()
    assert set(known.all()) == {"own"}
    (problem,) = known.problems()
    assert problem.endswith("is not there any more; the sources stay as they were")


@pytest.mark.parametrize("text", UNUSABLE)
def test_nobody_guesses_how_a_source_that_cannot_be_used_is_treated(
    tmp_path: Path, text: str
) -> None:
    rewritten(tmp_path / "sources.yaml", text, 1)
    known = registry(tmp_path)
    for ask in (known.get, known.policy):
        with pytest.raises(SourcesError, match=r"sources\.yaml"):
            ask("own")
    for name in ("command", "import", "discovery"):
        assert known.get(name) is None
        assert known.policy(name) == PolitenessPolicy(2.0, 3, robots=True)


def test_a_source_beside_one_that_cannot_be_used_is_gone_when_it_is_not_in_the_file(
    tmp_path: Path,
) -> None:
    rewritten(tmp_path / "sources.yaml", "- {id: own, feeed: 'http://a.example/feed'}", 1)
    known = registry(tmp_path)
    assert (known.get("gone"), known.is_unusable("gone"), known.is_unusable("own")) == (
        None,
        False,
        True,
    )


@pytest.mark.parametrize("text", UNUSABLE[1:])
def test_two_processes_do_not_fight_over_the_calendar(
    tmp_path: Path, stores: Stores, text: str
) -> None:
    old = registry(tmp_path, OWN)
    old.apply_to(stores)
    stores.sources.postpone("own", 4_000_000_000)
    rewritten(tmp_path / "sources.yaml", text, 1)
    for process in (registry(tmp_path), old, registry(tmp_path)):
        process.apply_to(stores)
        assert stores.sources.next_poll("own") == 4_000_000_000


def test_threads_that_ask_at_once_wait_until_the_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, began = registry(tmp_path, OWN), Event()

    def slowly(path: Path) -> SourcesFile:
        began.set()
        time.sleep(0.2)
        return read(path)

    monkeypatch.setattr("workers.sources.registry.read", slowly)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(known.policy, "own")
        began.wait(5)
        assert known.policy("own") == first.result() == PolitenessPolicy(90, 8, robots=False)
