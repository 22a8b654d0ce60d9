"""``newsloom doctor``."""

import json

import pytest

from config.settings import Settings
from config.sources import Source
from config.sources_file import save
from pipeline.urls import Url
from tests.cli.conftest import Newsloom


@pytest.fixture(autouse=True)
def _watched(newsloom: Newsloom) -> None:  # noqa: ARG001 - it sets the environment
    save(Settings().sources, [Source(id="press", feed=Url("https://press.example/feed"))])


def test_all_is_well_is_0(newsloom: Newsloom) -> None:
    result = newsloom("doctor")
    assert (result.code, result.err) == (0, "")
    assert {line.split()[0] for line in result.out.splitlines()} == {"fine"}


def test_something_wrong_is_1_with_what_to_do(newsloom: Newsloom) -> None:
    Settings().sources.write_text("[]")
    result = newsloom("doctor")
    assert result.code == 1
    assert "names no source" in result.out
    assert "to do        run `newsloom sources add ADDRESS`" in result.out
    found = [json.loads(line) for line in newsloom("doctor", "--json").out.splitlines()]
    assert [each["advice"] for each in found if each["state"] == "wrong"] == [
        "run `newsloom sources add ADDRESS`"
    ]


def test_something_silent_is_3(newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_REDIS_URL", "redis://127.0.0.1:1")
    result = newsloom("doctor")
    assert result.code == 3
    assert "silent  redis" in result.out
