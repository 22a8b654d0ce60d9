"""The sources file changed by one command at a time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.sources import Source
from config.sources_file import load, save
from services.changing_sources import changing
from services.sources import import_opml, remove_source

A, B = (Source(id=name, feed=f"http://{name}.example/rss") for name in "ab")
OPML = b"""<opml version="2.0"><body>
<outline title="World" xmlUrl="https://c.example/world.xml"/></body></opml>"""


def test_a_change_waits_for_the_one_before_and_reads_the_file_again(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "sources.yaml"
    with ThreadPoolExecutor() as pool:
        with changing(file) as before:
            assert before.sources == ()
            removed = pool.submit(lambda: remove_source(file, "a"))
            with pytest.raises(TimeoutError):
                removed.result(0.3)
            save(file, [A, B])
        removed.result(10)
    assert load(file) == (B,)


def test_an_import_waits_too(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    with ThreadPoolExecutor() as pool:
        with changing(file):
            imported = pool.submit(lambda: import_opml(file, OPML, name="list.opml"))
            with pytest.raises(TimeoutError):
                imported.result(0.3)
            save(file, [A])
        imported.result(10)
    assert [source.id for source in load(file)] == ["a", "c.example"]


def test_an_import_that_only_lists_waits_for_nobody(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    with changing(file):
        listed = import_opml(file, OPML, name="list.opml", dry_run=True)
    assert [source.id for source in listed.sources] == ["c.example"]
