"""Any number of articles from real texts: paragraphs of one text in another order, new dates."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from pipeline.enrich.languages import detect_language
from pipeline.records import EnrichedArticle, Evidence

FIRST = datetime(2023, 1, 1, tzinfo=UTC)
DAYS = 1_000
SOURCES = 500
SECTIONS = ("World", "Politics", "Business", "Sport", "Culture", "Science", "Local", "Opinion")
LEAST_PARAGRAPHS = 3


def articles_from(data: Path, most: int, *, seed: int = 1) -> Iterator[EnrichedArticle]:
    """Articles made from the texts of ``metadata/truth.jsonl``, always the same ones."""
    real = list(texts(data / "metadata" / "truth.jsonl"))
    draw = random.Random(seed)
    for number in range(most):
        yield _article(number, draw.choice(real), draw)


class Text(NamedTuple):
    """A real text."""

    title: str
    paragraphs: list[str]
    language: str | None


def texts(file: Path) -> Iterator[Text]:
    """The real texts that are long enough."""
    for line in file.read_text().splitlines():
        row = json.loads(line)
        body = row["body"] if isinstance(row["body"], str) else "\n".join(row["body"])
        paragraphs = [part for part in body.splitlines() if part.strip()]
        if len(paragraphs) >= LEAST_PARAGRAPHS:
            yield Text(row["title"], paragraphs, detect_language(body, None))


def _article(number: int, real: Text, draw: random.Random) -> EnrichedArticle:
    title, paragraphs, language = real
    source = f"source-{min(int(draw.paretovariate(0.7)), SOURCES)}"
    published = FIRST + timedelta(seconds=draw.randrange(DAYS * 86_400))
    chosen = draw.sample(paragraphs, max(LEAST_PARAGRAPHS, len(paragraphs) // 2))
    words = title.split()
    url = f"https://{source}.example/{number}"
    body = "\n\n".join(chosen)
    return EnrichedArticle.model_validate(
        {
            "id": blake2b(url.encode(), digest_size=16).hexdigest(),
            "url": url,
            "canonical_url": url,
            "source": source,
            "host": f"{source}.example",
            "title": " ".join(draw.sample(words, len(words))),
            "body": body,
            "description": paragraphs[0][:200],
            "section": draw.choice(SECTIONS),
            "authors": (f"Author {draw.randrange(5_000)}",),
            "tags": (draw.choice(words),),
            "published": published,
            "published_evidence": (Evidence(provenance="json-ld", value=published),),
            "first_seen": published + timedelta(minutes=5),
            "fetched_at": published + timedelta(minutes=6),
            "language": language,
            "summary": body[:200],
            "word_count": len(body.split()),
        }
    )
