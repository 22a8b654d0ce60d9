import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.enrich import enrich
from pipeline.enrich.counts import count_words, reading_minutes
from pipeline.enrich.keywords import find_keywords
from pipeline.enrich.languages import detect_language
from pipeline.enrich.summaries import shorten, summarise
from pipeline.records import Article, CopyOf

LEAD: dict[str, str] = json.loads((Path(__file__).parent / "leads.json").read_text())


def article(**changes: object) -> Article:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    fields: dict[str, object] = {
        "id": "1", "url": "https://a.example/1", "canonical_url": "https://a.example/1", "source": "a",
        "host": "a.example", "title": "Ferries sail again", "body": LEAD["en"], "first_seen": now, "fetched_at": now,
    }  # fmt: skip
    return Article.model_validate({**fields, **changes})


@pytest.mark.parametrize("language", LEAD)
def test_the_language_is_told_from_a_lead_whatever_is_declared(language: str) -> None:
    assert detect_language(LEAD[language], declared="en") == language


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [("", None, None), ("", "fr", "fr"), ("Goal!", "de", "de"), ("2:1", None, None)],
)
def test_a_text_too_short_to_tell_has_its_declared_language(
    text: str, declared: str | None, expected: str | None
) -> None:
    assert detect_language(text, declared) == expected


def test_numbers_alone_have_no_language() -> None:
    assert detect_language("1 2 3 4 5 6 7 8 9 " * 20) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("One two three.", 3),
        ("Maud Ellery’s well-known bakery", 4),
        ("港务局表示", 5),
        ("iPhone 手机", 3),
        ("부두와 섬들을 잇는", 3),
        ("Паром снова пойдёт", 3),
    ],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert count_words(text) == words


def test_reading_takes_minutes_rounded_up_and_characters_count_in_scripts_without_spaces() -> None:
    def minutes(text: str) -> int:
        return reading_minutes(text, words_per_minute=200, characters_per_minute=500)

    assert minutes("") == 0
    assert minutes("word") == 1
    assert minutes("word " * 200) == 1
    assert minutes("word " * 201) == 2
    assert minutes("字" * 1000) == 2


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
        "Mr. A. Lee of the U.S. board spoke on Friday at length. Then he left the room with his papers. "
        + "And so on " * 50
    )
    assert (
        shorten(text, 120)
        == "Mr. A. Lee of the U.S. board spoke on Friday at length. Then he left the room with his papers."
    )
    assert shorten("港湾局は発表した。" * 40, 100).endswith("発表した。")
    assert shorten("word " * 100, 50).endswith("word…")
    assert len(shorten("x" * 500, 100)) == 100


def test_keywords_are_the_tags_then_phrases_of_title_and_lead() -> None:
    found = find_keywords(
        title="Ferries sail again", body=LEAD["en"], tags=("labour", "Ferries"), language="en"
    )
    assert found[:2] == ("labour", "Ferries")
    assert 3 <= len(found) <= 10
    assert len({word.casefold() for word in found}) == len(found)
    assert any("harbour board" in word.casefold() for word in found)


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_without_spaces_only_tags_are_keywords(language: str) -> None:
    assert find_keywords(title="", body=LEAD[language], tags=("港",), language=language) == ("港",)


@pytest.mark.parametrize("language", [*LEAD, None, "xx"])
def test_keywords_never_fail(language: str | None) -> None:
    assert (
        len(find_keywords(title="", body=LEAD.get(language or "", "…"), tags=(), language=language))
        <= 10
    )


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
