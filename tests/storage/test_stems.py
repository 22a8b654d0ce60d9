"""Stems by language, as they are indexed and as they are asked for."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text import Stems
from storage.stems import (
    _SUFFIXES_ONLY,
    LONGEST_WORD,
    NO_STEMS,
    fold,
    sharing,
    stem_text,
    stems_asked,
)
from storage.words import raw_words, tokenize


def asked(word: str) -> Stems | None:
    return stems_asked(word)


def finds(typed: str, written: str, language: str | None) -> bool:
    """Whether a word of a query shares its stem with one of a text, as marked and as indexed."""
    stems, tokens = asked(typed), tokenize(written)
    if stems is None:
        return False
    found = sharing(stems, language)
    marked = bool(found and found.shares(written, tokens[0].text))
    assert not marked or found is None or found.starts is None or tokens[0].text[0] in found.starts
    indexed = stem_text(written, raw_words, language).split()
    assert marked == bool(set(indexed) & set(stems.tagged))
    assert not marked or set(indexed) & set(stems.bare)
    return marked


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["minister", "Ministers"]),
        ("EN", ["elect", "elections"]),
        ("de", ["Haus", "Häuser", "hauser", "HÄUSER"]),
        ("de", ["Straße", "strasse", "Straßen"]),
        ("fr", ["élection", "élections", "elections"]),
        ("es", ["elección", "elecciones", "eleccion"]),
        ("pt", ["câmara", "câmaras", "camara"]),
        ("tr", ["kitap", "kitapları", "KİTAP"]),
        ("tr", ["Isparta", "ISPARTA", "ısparta", "isparta"]),
        ("ru", ["выборы", "выборов", "ВЫБОРАМИ"]),
        ("el", ["εκλογές", "ΕΚΛΟΓΕΣ", "εκλογων"]),
        ("ar", ["كتاب", "الكتاب", "كِتَابٌ"]),
        ("hi", ["चुनाव", "चुनावों"]),
        ("nb", ["valg", "valget"]),
        ("hr", ["izbori", "izbora"]),
    ],
)
def test_words_of_one_stem_find_each_other(language: str, words: list[str]) -> None:
    for written in words:
        for typed in words:
            assert finds(typed, written, language), (typed, written)


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("ministers", None),
        ("ministers", "zh"),
        ("ministers", "ru"),
        ("выборы", "en"),
        ("covid19", "en"),
        ("2024", "en"),
        ("בחירות", "he"),
        ("นโยบาย"[0], "th"),
        ("中", "zh"),
        ("x" * (LONGEST_WORD + 1), "en"),
    ],
)
def test_others_have_none(word: str, language: str | None) -> None:
    assert stem_text(word, raw_words, language) == NO_STEMS
    assert not finds(word, word, language)


def test_languages_keep_words_apart() -> None:
    assert not finds("dies", "die", "de")
    assert finds("dies", "die", "en")


@pytest.mark.parametrize("word", ["中", "2024", "선거"])
def test_nothing_is_asked_for_words_without_stems(word: str) -> None:
    assert asked(word) is None


def test_a_text_is_indexed_by_its_stems_with_and_without_the_language() -> None:
    text = "Ministers met: 2024"
    assert stem_text(text, raw_words, "en") == "minist en:minist met en:met"
    for language in (None, "ja"):
        assert stem_text(text, raw_words, language) == NO_STEMS
    assert stem_text("", raw_words, "en") == NO_STEMS


def test_stems_are_folded_as_the_index_folds() -> None:
    for word in ("élu", "straße", "İ", "ёлка", "كِتَابٌ"):
        assert fold(word) == "".join(token.text for token in tokenize(word))


def test_threads_do_not_disturb_each_other() -> None:
    words = [f"{stem}{end}" for stem in ("elect", "minist", "govern") for end in ("ions", "ers")]
    words = [f"{word}{'abcdefgh'[n % 8]}s" for n in range(400) for word in words]
    texts = [" ".join(words[start : start + 40]) for start in range(0, len(words), 40)]
    alone = [stem_text(text, raw_words, "fi") for text in texts]
    with ThreadPoolExecutor(4) as pool:
        others = pool.map(lambda text: stem_text(text, raw_words, "sv"), texts)
        together = pool.map(lambda text: stem_text(text, raw_words, "fi"), texts)
        assert list(together) == alone
        assert list(others) != alone


@given(st.text("abcdefghijklmnopqrstuvwxyzäöüßéçñåøłőıŷ", min_size=1, max_size=12))
@pytest.mark.parametrize("language", sorted(_SUFFIXES_ONLY))
def test_marks_are_what_the_index_has(language: str, word: str) -> None:
    for typed in (word, f"{word}s", word[:-1] or word):
        finds(typed, word, language)
