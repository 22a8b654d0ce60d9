"""A sentence or two that say what an article is about."""

import json
from pathlib import Path

from pipeline.enrich.summaries import shorten, summarise

LEAD: dict[str, str] = json.loads((Path(__file__).parent / "leads.json").read_text())


def test_the_summary_is_the_description_unless_it_is_a_stub_or_cut_off() -> None:
    said = "The board and its crews have agreed on a new rota for the whole winter."
    assert summarise(said, LEAD["en"]) == said
    assert summarise("Ferry news.", LEAD["en"]) == LEAD["en"]
    assert (
        summarise("The board and its crews have agreed on a new rota for the wh…", LEAD["en"])
        == LEAD["en"]
    )
    assert summarise(None, "") == ""


def test_a_summary_ends_with_a_sentence() -> None:
    text = (
        "Mr. A. Lee of the U.S. board spoke on Friday at length. Then he left the room with his "
        "papers. " + "And so on " * 50
    )
    assert (
        shorten(text, 120) == "Mr. A. Lee of the U.S. board spoke on Friday at length. "
        "Then he left the room with his papers."
    )
    assert shorten("港湾局は発表した。" * 40, 100).endswith("発表した。")
    assert shorten("word " * 100, 50).endswith("word…")
    assert len(shorten("x" * 500, 100)) == 100
