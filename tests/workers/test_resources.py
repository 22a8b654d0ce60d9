"""What a worker knows of the sources while their file is edited."""

import logging
import os
from pathlib import Path

import pytest

from config.settings import Settings
from config.sources_file import SourcesError
from workers.fetch.records import PolitenessPolicy
from workers.resources import Resources


def write(file: Path, text: str, at: float) -> None:
    file.write_text(text)
    os.utime(file, (at, at))


def test_a_slip_in_the_sources_file_leaves_them_as_they_were_until_it_is_mended(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "sources.yaml"
    resources = Resources(Settings(sources=file, data_dir=tmp_path))
    write(file, "- {id: one, feed: https://a.example/feed}", 1000)
    assert list(resources.registry.all()) == ["one"]
    write(file, "- {id: one, feeed: https://a.example/feed}", 2000)
    with caplog.at_level(logging.WARNING):
        assert [list(resources.registry.all()) for _ in range(3)] == [["one"]] * 3
    assert len(caplog.records) == 1
    assert "feeed: there is no such key; did you mean feed?" in caplog.text
    assert "the source stays as it was" in caplog.text
    write(file, "- {id: two, feed: https://a.example/feed}", 3000)
    assert list(resources.registry.all()) == ["two"]


def test_what_is_broken_from_the_start_is_not_watched(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    write(file, "- {id: one}", 1000)
    registry = Resources(Settings(sources=file, data_dir=tmp_path)).registry
    assert registry.all() == {}
    assert "source 1 (one) is not used" in registry.problems()[0]


def test_a_file_that_is_broken_from_the_start_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "sources.yaml"
    write(file, "[", 1000)
    registry = Resources(Settings(sources=file, data_dir=tmp_path)).registry
    for _ in range(3):
        with pytest.raises(SourcesError):
            registry.all()
    (record,) = caplog.records
    assert record.message.endswith("; polls, pages and pushes wait until it is mended")


def test_a_source_may_have_manners_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    own = "{id: own, feed: https://a.example/feed, delay: 0, concurrency: 8, robots: false}"
    write(file, f"- {own}\n- {{id: usual, feed: https://b.example/feed}}", 1000)
    resources = Resources(
        Settings(sources=file, data_dir=tmp_path, host_delay=2, host_concurrency=3)
    )
    assert resources.registry.policy("own") == PolitenessPolicy(
        delay=0, concurrency=8, robots=False
    )
    assert (
        resources.registry.policy("usual")
        == resources.registry.policy("unknown")
        == PolitenessPolicy(delay=2, concurrency=3, robots=True)
    )
