"""``newsloom audit counts``."""

import json

import pytest

from cli.commands import audit
from tests.cli.conftest import Newsloom
from tests.support.data.corpus import corpus
from workers.resources import Resources


@pytest.fixture(autouse=True)
def _filled(resources: Resources) -> None:
    resources.index.put(corpus())


def test_all_counts_agree(newsloom: Newsloom) -> None:
    for query in (["kremlin"], ["-kremlin"], [], ["source:source-1", "--copies"]):
        told = json.loads(newsloom("audit", "counts", *query, "--json").out)
        assert told["agrees"]
        names = {"search", "count", "timeline", "batch", "facets", "API"}
        assert set(told["counts"]) == names
        assert len(set(told["counts"].values())) == 1
    result = newsloom("audit", "counts", "kremlin")
    assert result.code == 0
    assert "timeline" in result.out


def test_a_difference_is_said(newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_through_api", lambda *_, copies: 1 + copies)
    result = newsloom("audit", "counts", "nothing")
    assert (result.code, result.sentence) == (1, "They differ by 1.")


def test_a_query_that_cannot_be_read_is_wrong_usage(newsloom: Newsloom) -> None:
    assert newsloom("audit", "counts", "fox", "AND").code == 2
