"""What is added to an article before it is indexed."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from pipeline.enrich.article import enrich
from pipeline.records import Article, CopyOf

LEAD: dict[str, str] = json.loads((Path(__file__).parent / "leads.json").read_text())


def article(**changes: object) -> Article:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    fields: dict[str, object] = {
        "id": "1", "url": "https://a.example/1", "canonical_url": "https://a.example/1", "source": (
            "a"
        ),
        "host": "a.example", "title": "Ferries sail again", "body": LEAD["en"], "first_seen": now,
        "fetched_at": now,
    }  # fmt: skip
    return Article.model_validate({**fields, **changes})


def test_an_enriched_article_keeps_the_article_and_says_whose_copy_it_is() -> None:
    plain = article(tags=("ferries",), declared_language="de")
    copy = CopyOf(article="0", rule="near_text", score=0.9)
    rich = enrich(plain, copy, words_per_minute=10, characters_per_minute=10)
    assert {name: getattr(rich, name) for name in Article.model_fields} == dict(plain)
    assert (rich.language, rich.duplicate_of, rich.word_count, rich.reading_minutes) == (
        "en",
        copy,
        19,
        2,
    )
    assert rich.summary == LEAD["en"]
    assert type(rich).model_validate_json(rich.model_dump_json()) == rich


def test_enriching_costs_milliseconds() -> None:
    long = article(body=f"{LEAD['en']}\n\n" * 60)
    enrich(long, None)
    started = time.process_time()
    for _ in range(20):
        enrich(long, None)
    assert (time.process_time() - started) / 20 < 0.05
