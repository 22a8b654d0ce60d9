"""A newsroom with as many articles as a test wants, all different."""

import random
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings
from demo.place import newsroom_folder
from demo.site import publish

HOST = "harbour-post.example"
_SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ro",
    "su",
    "ta",
    "ve",
    "zan",
    "gra",
]


def write_articles(settings: Settings, count: int) -> Path:
    """The sample newsroom with ``count`` more articles of made-up words; the seed is fixed."""
    folder = newsroom_folder(settings)
    words = random.Random(1)
    for number in range(count):
        paragraphs = [_paragraph(words) for _ in range(5)]
        title, text = f"Report {number:03d} {_word(words)}", "\n\n".join(paragraphs)
        publish(folder, HOST, title, text, when=datetime(2026, 11, 20, tzinfo=UTC))
    return folder


def address(number: int, folder: Path) -> str:
    """The URL of an article that ``write_articles`` wrote."""
    file = next((folder / HOST).glob(f"report-{number:03d}-*.md"))
    return f"http://{HOST}/2026/11/{file.stem}/"


def _paragraph(words: random.Random) -> str:
    return " ".join([_word(words) for _ in range(40)]).capitalize() + "."


def _word(words: random.Random) -> str:
    return "".join(words.choices(_SYLLABLES, k=words.choice((2, 3))))
