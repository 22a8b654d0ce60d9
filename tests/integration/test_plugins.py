"""The example of docs/extending.md, installed, in a pipeline of real workers."""

import json
from pathlib import Path

import pytest

from tests.support.world import running, wait_until

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "tests" / "support" / "plugin_example"


def test_articles_get_values_and_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told.jsonl"
    monkeypatch.syspath_prepend(EXAMPLE)  # processes import from where their starter does
    monkeypatch.setenv("EXAMPLE_FILE", str(told))
    with running(tmp_path, host_concurrency=50) as world:
        world.poll_all()
        totals = world.wait_for_end()
        wait_until(
            lambda: told.exists() and len(told.read_text().splitlines()) >= totals.indexed,
            seconds=30,
            what="the notifier was told of all",
            meanwhile=world.supervisor.check,
        )
        lines = [json.loads(line) for line in told.read_text().splitlines()]
        assert len({line["id"] for line in lines}) == totals.indexed
        article = world.resources.index.get(lines[0]["id"])

    assert article is not None
    values = article.extra["sentences"]
    assert isinstance(values, dict)
    assert set(values) == {"count", "words_each"}


def test_the_docs_show_the_example() -> None:
    page = (ROOT / "docs" / "extending.md").read_text()
    assert f"```python\n{(EXAMPLE / 'newsloom_example.py').read_text()}```" in page
    points = (EXAMPLE / "newsloom_example-1.0.dist-info" / "entry_points.txt").read_text()
    for line in points.splitlines():
        name, _, value = line.partition(" = ")
        assert not value or f'{name} = "{value}"' in page
