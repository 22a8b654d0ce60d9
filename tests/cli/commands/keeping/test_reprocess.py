"""``newsloom reprocess``."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.outcome import Indexed
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, url_id
from storage.archive.archive import Archive
from tests.cli.conftest import Newsloom
from tests.support.data.articles import article
from tests.support.data.exchanges import exchange
from workers.resources import Resources

URL = Url("https://news.example/2017/ferry-is-late")
TEXT = "The harbour council met on Tuesday evening and agreed on a budget for the ferry. " * 8
PAGE = f"<html><head><title>Ferry is late</title><body><article><h1>Ferry is late</h1><p>{TEXT}"


@pytest.fixture
def archived(
    newsloom: Newsloom, resources: Resources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Newsloom:
    """A page in the archive, whose article was read otherwise."""
    now = datetime.now(UTC)
    archive = Archive(tmp_path / "archive", resources.stores.keyspace)
    archive.keep([exchange(body=PAGE.encode(), url=URL, started=now)])
    archive.close()
    resources.index.put([article(id=url_id(URL), url=URL, fetched_at=now, first_seen=now)])
    link = Link(url=URL, source="command", found_by=FoundBy.COMMAND)
    resources.stores.frontier.adopt(link, Indexed(article=url_id(URL)), found_at=now.timestamp())
    monkeypatch.setenv("NEWSLOOM_ARCHIVE_DIR", str(tmp_path / "archive"))
    return newsloom


def test_a_rehearsal_then_the_change(archived: Newsloom, resources: Resources) -> None:
    rehearsed = archived("reprocess", "--rehearse")
    assert rehearsed.code == 0
    assert f"changed: {url_id(URL)} {URL}" in rehearsed.out
    assert "'Headline one' → 'Ferry is late'" in rehearsed.out
    assert "written" not in rehearsed.out
    known = resources.index.get(url_id(URL))
    assert known is not None
    assert known.title == "Headline one"

    applied = archived("reprocess", "--apply")
    assert (applied.code, "written: 1" in applied.out) == (0, True)
    again = archived("reprocess", "--apply", "--since", "now-1d", "--source", "command")
    assert again.code == 1
    assert "pages read again: 1, with the same result: 1" in again.out


def test_json_has_a_line_for_each_article_and_the_counts(archived: Newsloom) -> None:
    change, counts = map(json.loads, archived("reprocess", "--rehearse", "--json").out.splitlines())
    assert (change["id"], change["effect"]) == (url_id(URL), "changed")
    assert change["fields"]["title"] == ["Headline one", "Ferry is late"]
    assert counts["counts"]["effects"] == {"changed": 1}


def test_it_must_be_said_what_to_do(newsloom: Newsloom) -> None:
    assert newsloom("reprocess").code == 2
    without_archive = newsloom("reprocess", "--rehearse")
    assert without_archive.code == 2
    assert "NEWSLOOM_ARCHIVE_DIR" in without_archive.sentence
