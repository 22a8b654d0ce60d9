"""A newsroom with as many articles as a test wants, all different."""

import random
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings
from demo.place import newsroom_folder
from demo.site import publish
from tests.support.data.made_up_words import made_up_paragraph, made_up_word

HOST = "harbour-post.example"


def write_articles(settings: Settings, count: int) -> Path:
    """The sample newsroom with ``count`` more articles of made-up words; the seed is fixed."""
    folder = newsroom_folder(settings)
    words = random.Random(1)
    for number in range(count):
        paragraphs = [made_up_paragraph(words) for _ in range(5)]
        title, text = f"Report {number:03d} {made_up_word(words)}", "\n\n".join(paragraphs)
        publish(folder, HOST, title, text, when=datetime(2026, 11, 20, tzinfo=UTC))
    return folder


def address(number: int, folder: Path) -> str:
    """The URL of an article that ``write_articles`` wrote."""
    file = next((folder / HOST).glob(f"report-{number:03d}-*.md"))
    return f"http://{HOST}/2026/11/{file.stem}/"
