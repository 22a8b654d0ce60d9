"""Sources as a process knows them, and how their hosts are treated."""

from pathlib import Path

from config.settings import Settings
from config.sources import Source, save
from storage.open import Stores
from workers.fetch.records import PolitenessPolicy
from workers.fetch.robots import LONGEST_CRAWL_DELAY
from workers.sources.registry import SourceRegistry

OWN = Source(id="own", feed="http://a.example/feed", delay=90, concurrency=8, robots=False)
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
