"""``newsloom sources pause`` and ``resume``."""

from pathlib import Path

from tests.cli.conftest import Newsloom

SOURCES = "# ours\n- {id: press, feed: 'https://press.example/feed'}\n"


def test_a_paused_source_stays_and_comes_back(newsloom: Newsloom, place: Path) -> None:
    file = place / "sources.yaml"
    file.write_text(SOURCES)
    paused = newsloom("sources", "pause", "press")
    assert (paused.code, paused.sentence) == (0, "press is paused.")
    assert newsloom("sources", "list").out.rstrip().endswith("(off)")
    assert newsloom("sources", "pause", "press").code == 0
    assert newsloom("sources", "resume", "press").sentence == "press is polled."
    assert "(off)" not in newsloom("sources", "list").out
    assert "# ours" in file.read_text()


def test_a_source_that_is_not_there_is_wrong_usage(newsloom: Newsloom, place: Path) -> None:
    (place / "sources.yaml").write_text(SOURCES)
    unknown = newsloom("sources", "pause", "press", "other")
    assert unknown.code == 2
    assert "there is no source other" in unknown.err
