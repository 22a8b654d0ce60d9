"""What counts as another version of a text."""

import time
from datetime import UTC, datetime

import pytest

from pipeline.records import Article
from pipeline.urls import Url, UrlId
from pipeline.versions import changed
from pipeline.versions.asides import is_aside

NOW = datetime(2017, 12, 5, tzinfo=UTC)
TEXT = (
    "The harbour council met on Tuesday and agreed on a budget, after a long debate.",
    "“Bread is dear,” said the mayor; nobody disagreed.",
    "Work on the new quay begins in May.",
)


def article(*paragraphs: str, title: str = "A budget for the harbour") -> Article:
    return Article(
        id=UrlId("a"),
        url=Url("https://news.example/a"),
        canonical_url=Url("https://news.example/a"),
        source="example",
        host="news.example",
        title=title,
        body="\n\n".join(paragraphs),
        authors=("Jane Doe",),
        first_seen=NOW,
        fetched_at=NOW,
    )


@pytest.mark.parametrize(
    "later",
    [
        article(*TEXT[:2], "Work on the new quay begins in June."),
        article(*TEXT[:2], "Work on the quay begins in May."),
        article(*TEXT, "The opposition wants a referendum."),
        article(TEXT[0], TEXT[2]),
        article(TEXT[1], TEXT[0], TEXT[2]),
        article(*TEXT, title="No budget for the harbour"),
        article(TEXT[0], "Costs | 12 million | 2018", *TEXT[1:]),
        article(*TEXT, "Quay | 12 million | 2018"),
        article(),
    ],
)
def test_other_words_are_another_version(later: Article) -> None:
    assert changed(article(*TEXT), later)
    assert changed(later, article(*TEXT))


@pytest.mark.parametrize(
    "later",
    [
        article(*TEXT),
        article(*(text.upper() for text in TEXT), title="A BUDGET — for the harbour!"),
        article(" ".join(TEXT).replace("“", '"').replace("”", '"').replace(";", " –")),
        article(TEXT[0].replace("fi", "\ufb01"), *TEXT[1:]),
        article("Updated 5 minutes ago", *TEXT),
        article(
            "By Jane Doe | Updated 5 December 2017 at 12:30",
            "1,234 views · 12 comments · 3 min read",
            *TEXT,
        ),
        article(*TEXT[:2], "Read more: Fishermen protest against the quay", TEXT[2]),
        article(
            *TEXT[:2],
            "Subscribe to our newsletter and get the news in your inbox every day.",
            TEXT[2],
        ),
        article(*TEXT, "Related articles", "Fishermen protest", "Bread is dearer than ever"),
        article(*TEXT, "Fishermen protest against the new quay", "- Bread\n- Quays\n- Mayors"),
        article(*TEXT, "© 2017 Example Media. All rights reserved."),
        article("Photo: Jane Doe", *TEXT),
    ],
)
def test_the_same_words_in_another_dress_or_among_other_boilerplate_are_not(later: Article) -> None:
    assert not changed(article(*TEXT), later)
    assert not changed(later, article(*TEXT))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Updated 5 minutes ago", "Updated 2 hours ago"),
        ("12 comments", "57 comments"),
        ("阅读 1234", "阅读 5678"),
    ],
)
def test_a_counter_or_clock_that_moved_on_is_no_change(old: str, new: str) -> None:
    assert not changed(article(old, *TEXT), article(new, *TEXT))
    assert not changed(article(TEXT[0], old, TEXT[2]), article(TEXT[0], new, TEXT[2]))


def test_figures_of_the_news_are_no_counters() -> None:
    assert changed(article("Death toll: 12", *TEXT), article("Death toll: 15", *TEXT))
    assert changed(article("Harbour 2 Quay 1", *TEXT), article("Harbour 2 Quay 2", *TEXT))


def test_a_text_without_any_sentence_is_compared_whole() -> None:
    assert changed(article("Bread 3", "Salt 4"), article("Bread 3", "Salt 5"))
    assert not changed(article("Bread 3", "Salt 4"), article("Bread 3", "salt: 4"))


def test_thousands_of_lines_that_look_like_counters_are_judged_in_no_time() -> None:
    old = article(TEXT[0], *(f"{n} apples {n}" for n in range(3000)), TEXT[1])
    new = article(TEXT[0], *(f"{n} pears {n}" for n in range(3000)), TEXT[1])
    started = time.monotonic()
    assert changed(old, new)
    assert time.monotonic() - started < 5


def test_scripts_without_spaces_are_compared_by_their_letters() -> None:
    assert changed(article("中国政府宣布经济增长。"), article("中国政府宣布经济下降。"))
    assert not changed(article("中国政府宣布,经济增长。"), article("中国政府宣布，经济增长。"))


@pytest.mark.parametrize(
    "line",
    [
        "Views: 123",
        "5.2k shares",
        "Lesezeit: 3 Min.",
        "Stand: 12.03.2017, 17:30 Uhr",
        "Zuletzt aktualisiert vor 5 Minuten",
        "Mis à jour le 12 mars 2017 à 17h30",
        "Actualizado hace 5 minutos",
        "обновлено 5 минут назад",
        "コメント 12件",
        "Share | 12 comments | Updated 5 minutes ago",
        "il y a 5 minutes",
    ],
)
def test_asides_are_known_in_many_languages(line: str) -> None:
    assert is_aside(line)


@pytest.mark.parametrize(
    "line",
    [
        "Updated: 3 killed in blast",
        "12 votes for, 3 against",
        "The minister spoke 5 minutes ago.",
        "12 March 2017 | Arsenal | 2",
        "Published in 1984 by Secker",
        "Comments were closed.",
        "He was 45.",
        "",
        " | ",
    ],
)
def test_lines_that_say_something_are_no_asides(line: str) -> None:
    assert not is_aside(line)
