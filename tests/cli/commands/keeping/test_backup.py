"""``newsloom backup`` and ``newsloom restore``."""

import json
from pathlib import Path

import pytest

from config.settings import Settings
from config.sources import Source
from config.sources_file import save
from pipeline.urls import Url
from tests.cli.conftest import Newsloom


@pytest.fixture(autouse=True)
def _embedded(newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - it sets the environment
    monkeypatch.delenv("NEWSLOOM_REDIS_URL")
    save(Settings().sources, [Source(id="press", feed=Url("https://press.example/feed"))])


def test_there_and_back(newsloom: Newsloom, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert newsloom("keys", "add", "ann").code == 0
    made = newsloom("backup", str(place / "backup"))
    assert (made.code, made.err) == (0, "")
    assert made.out.splitlines()[0].startswith(f"backed up into {place / 'backup'}: ")
    monkeypatch.setenv("NEWSLOOM_DATA_DIR", str(place / "new"))
    monkeypatch.setenv("NEWSLOOM_SOURCES", str(place / "new" / "sources.yaml"))
    found = json.loads(newsloom("restore", str(place / "backup"), "--json").out)
    assert {name: found[name] for name in ("articles", "sources", "api_keys")} == {
        "articles": 0,
        "sources": 1,
        "api_keys": 1,
    }
    assert "ann" in newsloom("keys", "list").out


def test_what_cannot_be_done_is_a_sentence(newsloom: Newsloom, place: Path) -> None:
    told = json.loads(newsloom("backup", str(place / "backup"), "--json").out)
    assert told["articles"] == 0
    refused = newsloom("backup", str(place / "backup"))
    assert refused.code == 1
    assert "is not empty: name a new folder" in refused.sentence
    refused = newsloom("restore", str(place / "backup"))
    assert refused.code == 1
    assert "restore into an empty folder only" in refused.sentence
